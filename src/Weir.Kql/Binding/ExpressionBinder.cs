using System.Collections.Immutable;
using System.Globalization;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Expressions that have one value a row.</summary>
internal sealed partial class Binder
{
    private Scalar Value(Expr expr, RowScope rows)
    {
        if (!Spend()) return _error;
        switch (expr)
        {
            case LiteralExpr literal:
                return literal.Value;
            case ParenExpr paren:
                return Value(paren.Inner, rows);
            case NameExpr name:
                return Name(name, rows);
            case PathExpr path:
                return Path(path, rows);
            case IndexExpr index:
                return Index(index, rows);
            case UnaryExpr unary:
                return Negated(unary, rows);
            case BinaryExpr binary:
                return Binary(binary, rows);
            case CallExpr call:
                return Call(call, rows);
            case NamedExpr named:
                return Value(named.Value, rows);
            case PipeExpr or DatatableExpr or RefusedExpr:
                if (Table(expr) is not null) diagnostics.Add("KS108", "Scalar value expected.", expr.Start, expr.Length, "toscalar(…) takes the first value of a query");
                return _error;
            case TypeofExpr type:
                diagnostics.Add("KS108", "Scalar value expected.", type.Start, type.Length);
                return _error;
            case StarExpr star:
                diagnostics.Add("KS191", "The * syntax is not allowed here.", star.Start, star.Length);
                return _error;
            default:
                return _error;
        }
    }

    private Scalar Name(NameExpr name, RowScope rows)
    {
        if (FindColumn(rows.Columns, name.Name) is { } column)
        {
            if (!rows.Aggregating) return new ColumnRef(column);
            diagnostics.Add("KS236", $"The name '{name.Name}' is not an aggregate or scalar function.", name.Start, name.Length, $"put it into an aggregate, as in take_any({name.Name}), or after 'by'");
            return _error;
        }

        switch (_scope.Find(name.Name))
        {
            case NamedScalar scalar:
                return scalar.Value;
            case NamedError:
                return _error;
            case NamedFunction { Declaration.Parameters.Length: 0 } function:
                return Invoke(function, [], null, rows, name) as Scalar ?? _error;
            case NamedTable:
                diagnostics.Add("KS108", "Scalar value expected.", name.Start, name.Length, $"toscalar({name.Name}) takes its first value");
                return _error;
            case NamedFunction:
                diagnostics.Add("KS117", $"The function '{name.Name}' requires an argument list.", name.Start, name.Length);
                return _error;
        }

        if (rows.Open) return new Literal(KqlType.Unknown, null);
        if (!name.Bracketed && (FunctionLibrary.ScalarFunctions.ContainsKey(name.Name) || (rows.Aggregating && FunctionLibrary.Aggregates.ContainsKey(name.Name))))
        {
            diagnostics.Add("KS117", $"The function '{name.Name}' requires an argument list.", name.Start, name.Length, $"write {name.Name}(…)");
            return _error;
        }

        if (catalog.Find(name.Name) is not null)
        {
            diagnostics.Add("KS108", "Scalar value expected.", name.Start, name.Length);
            return _error;
        }

        if (rows.Aggregating && rows.Columns.Length > 0) return AggregatingName(name, rows);
        UnknownName(name, rows.Columns.Select(c => c.Name).Concat(_scope.Names));
        return _error;
    }

    private Literal AggregatingName(NameExpr name, RowScope rows)
    {
        UnknownName(name, rows.Columns.Select(c => c.Name).Concat(FunctionLibrary.Aggregates.Keys));
        return _error;
    }

    private static Column? FindColumn(ImmutableArray<Column> columns, string name)
    {
        foreach (var column in columns)
        {
            if (column.Name == name) return column;
        }

        return null;
    }

    private Scalar Path(PathExpr path, RowScope rows)
    {
        if (path.Target is NameExpr target)
        {
            if (target.Name is "$left" or "$right" && !rows.Right.IsDefault) return Side(target, path.Name, rows);
            if (rows.Steps.TryGetValue(target.Name, out var step)) return StepColumn(target.Name, path.Name, step);
        }

        var value = Value(path.Target, rows);
        return Dynamic(value, path.Target) ? new Member(value, path.Name.Name) : _error;
    }

    private bool Dynamic(Scalar value, Expr at)
    {
        if (value.Type == KqlType.Dynamic) return true;
        if (value.Type != KqlType.Unknown)
            diagnostics.Add("KS141", "The expression must have the type dynamic.", at.Start, at.Length, value.Type == KqlType.String ? "parse_json(…) makes it dynamic" : null);
        return false;
    }

    private Scalar Side(NameExpr side, NameExpr name, RowScope rows)
    {
        var columns = side.Name == "$left" ? rows.Columns : rows.Right;
        if (FindColumn(columns, name.Name) is { } column) return new ColumnRef(column);
        if (!rows.Open) UnknownName(name, columns.Select(c => c.Name));
        return _error;
    }

    private Scalar StepColumn(string step, NameExpr name, ImmutableArray<Column> columns)
    {
        if (FindColumn(columns, name.Name) is { } column) return new StepState(step, column);
        UnknownName(name, columns.Select(c => c.Name));
        return _error;
    }

    private Scalar Index(IndexExpr index, RowScope rows)
    {
        var target = Value(index.Target, rows);
        var key = Value(index.Index, rows);
        if (!Dynamic(target, index.Target) || key.Type == KqlType.Unknown) return _error;
        if (key is Literal { Type: KqlType.String, Value: string name }) return new Member(target, name);
        if (key.Type is KqlType.String or KqlType.Int or KqlType.Long or KqlType.Dynamic) return new Element(target, key);
        diagnostics.Add("KS141", "The expression must have one of the types: string, int, long.", index.Index.Start, index.Index.Length);
        return _error;
    }

    private Scalar Negated(UnaryExpr unary, RowScope rows)
    {
        var value = Value(unary.Operand, rows);
        if (value.Type == KqlType.Unknown) return _error;
        if (!value.Type.IsSummable() && value.Type != KqlType.Dynamic)
        {
            diagnostics.Add("KS106", $"The operator '{unary.Operator.Text}' is not defined for the operand type {value.Type.Name()}.", unary.Operator.Start, unary.Operator.Length);
            return _error;
        }

        if (unary.Operator.Text == "+") return value;
        if (value is Literal literal && Negative(literal) is { } folded) return folded;
        var type = value.Type == KqlType.Int ? KqlType.Long : value.Type;
        return new Operation(ScalarOperator.Negate, [Converted(value, type)], type);
    }

    private static Literal? Negative(Literal literal) => literal.Value switch
    {
        int i => literal with { Value = unchecked(-i) },
        long l when literal.Type != KqlType.DateTime => literal with { Value = unchecked(-l) },
        double d => literal with { Value = -d },
        decimal m => literal with { Value = -m },
        _ => null,
    };

    /// <summary>The value in another type: a literal is converted now, other values by a Convert node.</summary>
    private static Scalar Converted(Scalar value, KqlType type)
    {
        if (value.Type == type || value.Type == KqlType.Unknown || type == KqlType.Unknown) return value;
        if (value is Literal { Value: null }) return new Literal(type, type == KqlType.String ? "" : null);
        if (type == KqlType.Dynamic && value is Literal constant) return constant.AsDynamic();
        return (value as Literal)?.Value switch
        {
            int i when type == KqlType.Long => new Literal(type, (long)i),
            int i when type == KqlType.Real => new Literal(type, (double)i),
            int i when type == KqlType.Decimal => new Literal(type, (decimal)i),
            long l when type == KqlType.Int && value.Type == KqlType.Long && l is >= int.MinValue and <= int.MaxValue => new Literal(type, (int)l),
            long l when type == KqlType.Real && value.Type == KqlType.Long => new Literal(type, (double)l),
            long l when type == KqlType.Decimal && value.Type == KqlType.Long => new Literal(type, (decimal)l),
            string s when type == KqlType.DateTime && value.Type == KqlType.String && DateTimeReader.Read(s) is { } ticks => new Literal(type, ticks),
            string s when type == KqlType.TimeSpan && value.Type == KqlType.String && TimeSpanReader.Read(s) is { } ticks => new Literal(type, ticks),
            double d when type == KqlType.Decimal && Math.Abs(d) < 1e27 => new Literal(type, decimal.Parse(d.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)),
            _ => new Plan.Convert(value, type),
        };
    }

    /// <summary>Whether a value is the same for every row and known without one.</summary>
    private static bool IsConstant(Scalar value) => value switch
    {
        Literal => true,
        Plan.Convert convert => IsConstant(convert.Value),
        Operation operation => operation.Operands.All(IsConstant),
        Plan.Call call => call.Function is { Kind: FunctionKind.Scalar, Deterministic: true } && call.Arguments.All(IsConstant),
        Member member => IsConstant(member.Value),
        Element element => IsConstant(element.Value) && IsConstant(element.Key),
        ScalarQuery => true,
        _ => false,
    };
}
