using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>
/// Moves filters below the projects that stand between them and a stored table, so that a condition on an extended column becomes one on
/// stored columns: only there can the engine skip what the files' statistics rule out.
/// </summary>
internal static class FilterDown
{
    /// <summary>The plan with such filters moved; rows and columns stay what they were.</summary>
    public static Relation Rewrite(Relation relation) => relation switch
    {
        Filter filter => Filtered(filter.Predicate, Rewrite(filter.Input)),
        Project project => project with { Input = Rewrite(project.Input) },
        Sort sort => new Sort(Rewrite(sort.Input), sort.Keys),
        Top top => top with { Input = Rewrite(top.Input) },
        Take take => new Take(Rewrite(take.Input), take.Count),
        Summarize summarize => summarize with { Input = Rewrite(summarize.Input) },
        _ => relation,
    };

    private static Relation Filtered(Scalar predicate, Relation input) => Move(predicate, input) ?? new Filter(input, predicate);

    private static Relation? Move(Scalar predicate, Relation input) => input switch
    {
        Project project when Replace(predicate, project.Items.ToDictionary(i => i.Column.Id, i => i.Value)) is { } below && Move(below, project.Input) is { } moved => project with { Input = moved },
        _ when ScanSql.IsScan(input) => new Filter(input, predicate),
        _ => null,
    };

    // Null for what must not be computed anywhere else, or twice.
    private static Scalar? Replace(Scalar value, Dictionary<int, Scalar> values)
    {
        switch (value)
        {
            case Literal:
                return value;
            case ColumnRef reference:
                return values.TryGetValue(reference.Column.Id, out var known) && IsMovable(known) ? known : null;
            case Call { Function.Kind: FunctionKind.Scalar } call:
                return Replace(call.Arguments, values) is { } arguments ? call with { Arguments = arguments } : null;
            case Operation operation:
                return Replace(operation.Operands, values) is { } operands ? operation with { Operands = operands } : null;
            case Plan.Convert convert:
                return Replace(convert.Value, values) is { } inner ? convert with { Value = inner } : null;
            default:
                return null;
        }
    }

    private static ImmutableArray<Scalar>? Replace(ImmutableArray<Scalar> parts, Dictionary<int, Scalar> values)
    {
        var replaced = ImmutableArray.CreateBuilder<Scalar>(parts.Length);
        foreach (var part in parts)
        {
            if (Replace(part, values) is not { } one) return null;
            replaced.Add(one);
        }

        return replaced.MoveToImmutable();
    }

    // Columns, constants and the first of several texts: what costs nothing, and is the same wherever it stands.
    private static bool IsMovable(Scalar value) => value is ColumnRef or Literal || (value is Call { Function.Name: "coalesce" } call && call.Arguments.All(a => a is ColumnRef or Literal));
}
