using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Expressions over the columns of one relation.</summary>
/// <param name="query">The query that they stand in.</param>
/// <param name="column">The SQL of a column.</param>
internal sealed class ScalarSql(QuerySql query, Func<Column, string> column)
{
    /// <summary>The query that the expressions stand in.</summary>
    public QuerySql Query => query;

    /// <summary>State of the scan operator's steps, when inside one.</summary>
    public Func<StepState, string>? StepState { get; init; }

    /// <summary>What is stored of a column; null where that is not at hand.</summary>
    public Func<Column, StoredValue>? Stored { get; init; }

    /// <summary>Window calls that an inner select has computed.</summary>
    public Dictionary<Scalar, string> Computed { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The SQL of a column.</summary>
    public string Column(Column wanted) => column(wanted);

    /// <summary>The expression with Kusto's value, null included.</summary>
    public string Write(Scalar value) => value switch
    {
        _ when Computed.TryGetValue(value, out var computed) => computed,
        Literal literal => SqlLiteral.Of(literal),
        ColumnRef reference => column(reference.Column),
        Call call => CallSql.Write(this, call),
        Operation operation => OperatorSql.Write(this, operation, exact: true),
        Plan.Convert convert => As(convert.Value, convert.Type),
        Member or Element => PathSql.Dynamic(this, value),
        InQuery membership => MembershipSql.Query(this, membership),
        ScalarQuery scalar => ScalarQuery(scalar),
        AggregateCall aggregate => AggregateSql.Write(this, aggregate),
        StepState state when StepState is not null => StepState(state),
        _ => throw NotSupportedQueryException.For(value.GetType().Name),
    };

    /// <summary>The expression where null counts as false, which has the shorter SQL that the engine can push down.</summary>
    public string Condition(Scalar value) => value is Operation operation ? OperatorSql.Write(this, operation, exact: false) : As(value, KqlType.Bool);

    /// <summary>A text as it is stored, for conditions that the empty text does not meet; null where that is not at hand.</summary>
    public string? PlainOf(Scalar value) => StoredOf(value)?.Plain;

    /// <summary>The stored value behind a column; null where that is not at hand.</summary>
    public StoredValue? StoredOf(Scalar value) => Stored is not null && value is ColumnRef reference ? Stored(reference.Column) : null;

    /// <summary>The expression, converted.</summary>
    public string As(Scalar value, KqlType type)
    {
        if (type == KqlType.String && value is Member or Element && PathSql.Text(this, value) is { } text) return $"coalesce({text}, '')";
        if (value is Literal { Value: null }) return SqlLiteral.Null(type);
        return value.Type == KqlType.Unknown ? Write(value) : ConversionSql.Convert(Write(value), value.Type, type);
    }

    /// <summary>A dynamic value against a text: its text, but null where it is missing.</summary>
    public string AsComparable(Scalar value, KqlType type) => (value.Type, type) switch
    {
        (KqlType.Dynamic, KqlType.String) => PathSql.Text(this, value) ?? $"json_extract_string({Write(value)}, '$')",
        _ => As(value, type),
    };

    /// <summary>Whether the value may be null in SQL.</summary>
    public static bool MayBeNull(Scalar value) => value switch
    {
        Literal literal => literal.Value is null && literal.Type != KqlType.String,
        Plan.Convert { Type: KqlType.Long or KqlType.Real, Value.Type: KqlType.Int or KqlType.Long or KqlType.Bool } convert => MayBeNull(convert.Value),
        _ => value.Type != KqlType.String,
    };

    private string ScalarQuery(ScalarQuery scalar)
    {
        var inner = query.Relation(scalar.Query);
        var first = $"(SELECT c{scalar.Query.Columns[0].Id} FROM ({inner}) LIMIT 1)";
        return scalar.Type == KqlType.String ? $"coalesce({first}, '')" : first;
    }
}
