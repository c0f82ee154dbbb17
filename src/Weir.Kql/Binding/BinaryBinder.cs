using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Operators between expressions.</summary>
internal sealed partial class Binder
{
    private Scalar Binary(BinaryExpr binary, RowScope rows)
    {
        if (binary.Name == ":") return ColumnHas(binary, rows);
        if (!OperatorTable.ByText.TryGetValue(binary.Name, out var op))
        {
            NotSupported(binary.Name, binary.Operator.Start, binary.Operator.Length, "use matches regex, contains or startswith");
            return _error;
        }

        switch (op)
        {
            case ScalarOperator.In or ScalarOperator.NotIn or ScalarOperator.InIgnoreCase or ScalarOperator.NotInIgnoreCase or ScalarOperator.HasAny or ScalarOperator.HasAll:
                return Membership(op, binary, rows);
            case ScalarOperator.Between or ScalarOperator.NotBetween:
                return Range(op, binary, rows);
        }

        if (binary.Left is StarExpr star) return AnyColumn(op, binary, star, rows);
        if (IsTable(binary.Left) || IsTable(binary.Right[0])) return TableOperand(binary, rows);
        var left = Value(binary.Left, rows);
        var right = Value(binary.Right[0], rows);
        return Combine(op, binary.Operator, left, right);
    }

    private Literal TableOperand(BinaryExpr binary, RowScope rows)
    {
        string TypeText(Expr operand)
        {
            if (!IsTable(operand)) return Value(operand, rows).Type.Name();
            Table(operand);
            return "";
        }

        var (left, right) = (TypeText(binary.Left), TypeText(binary.Right[0]));
        var (start, length) = (binary.Operator.Start, binary.Operator.Length);
        diagnostics.Add("KS106", $"The operator '{binary.Name}' is not defined for the operand types {left} and {right}.", start, length, "toscalar(…) takes the first value of a query");
        return _error;
    }

    private Scalar Combine(ScalarOperator op, Token at, Scalar left, Scalar right)
    {
        var (l, r) = (left.Type, right.Type);
        switch (op)
        {
            case ScalarOperator.Add or ScalarOperator.Subtract or ScalarOperator.Multiply or ScalarOperator.Divide or ScalarOperator.Modulo:
                if (OperatorTable.Arithmetic(op, l, r) is not { } type) return Undefined(at, l, r);
                return type == KqlType.Unknown ? _error : Arithmetic(op, left, right, type);
            case ScalarOperator.And or ScalarOperator.Or:
                if (!Boolean(l) || !Boolean(r)) return Undefined(at, l, r);
                return new Operation(op, [Converted(left, KqlType.Bool), Converted(right, KqlType.Bool)], KqlType.Bool);
            case ScalarOperator.Equal or ScalarOperator.NotEqual:
                return l == KqlType.Dynamic && r == KqlType.Dynamic ? Undefined(at, l, r) : Equality(op, left, right);
            case ScalarOperator.Less or ScalarOperator.LessOrEqual or ScalarOperator.Greater or ScalarOperator.GreaterOrEqual:
                if (!OperatorTable.Ordered(l, r) || (l == KqlType.Dynamic && r == KqlType.Dynamic)) return Undefined(at, l, r);
                var (a, b) = Alike(left, right);
                return new Operation(op, [a, b], KqlType.Bool);
            default:
                if (!Text(l) || !Text(r)) return Undefined(at, l, r);
                return new Operation(op, [Converted(left, KqlType.String), Converted(right, KqlType.String)], KqlType.Bool);
        }
    }

    private static Operation Equality(ScalarOperator op, Scalar left, Scalar right)
    {
        // A datetime compared with a text: the text is read, as Kusto reads it.
        if (left.Type == KqlType.DateTime && right.Type == KqlType.String) right = Converted(right, KqlType.DateTime);
        if (right.Type == KqlType.DateTime && left.Type == KqlType.String) left = Converted(left, KqlType.DateTime);
        var (a, b) = Alike(left, right);
        return new Operation(op, [a, b], KqlType.Bool);
    }

    private static bool Boolean(KqlType type) => type is KqlType.Bool or KqlType.Dynamic or KqlType.Unknown;

    private static bool Text(KqlType type) => type is KqlType.String or KqlType.Dynamic or KqlType.Unknown;

    private static (Scalar Left, Scalar Right) Alike(Scalar left, Scalar right)
    {
        if (left.Type == right.Type || !left.Type.IsNumber() || !right.Type.IsNumber()) return (left, right);
        var type = KqlTypes.Widest(left.Type, right.Type);
        return (Converted(left, type), Converted(right, type));
    }

    private static Operation Arithmetic(ScalarOperator op, Scalar left, Scalar right, KqlType type)
    {
        if (left.Type.IsNumber() && right.Type.IsNumber()) (left, right) = (Converted(left, type), Converted(right, type));
        else if (left.Type == KqlType.Dynamic && right.Type != KqlType.Dynamic) left = Converted(left, right.Type == KqlType.Int ? KqlType.Long : right.Type);
        else if (right.Type == KqlType.Dynamic && left.Type != KqlType.Dynamic) right = Converted(right, left.Type == KqlType.Int ? KqlType.Long : left.Type);
        return new(op, [left, right], type);
    }

    private Literal Undefined(Token at, KqlType left, KqlType right)
    {
        if (left != KqlType.Unknown && right != KqlType.Unknown)
        {
            var hint = at.Text == "+" && left == KqlType.String ? "strcat(a, b) joins texts"
                : left == KqlType.Dynamic && right == KqlType.Dynamic ? "tostring(…), tolong(…) or todouble(…) of one side makes them comparable" : null;
            diagnostics.Add("KS106", $"The operator '{at.Text}' is not defined for the operand types {left.Name()} and {right.Name()}.", at.Start, at.Length, hint);
        }

        return _error;
    }

    private Scalar Range(ScalarOperator op, BinaryExpr binary, RowScope rows)
    {
        var value = Value(binary.Left, rows);
        var from = Value(binary.Right[0], rows);
        var to = Value(binary.Right[1], rows);
        if (value.Type == KqlType.Unknown || from.Type == KqlType.Unknown || to.Type == KqlType.Unknown) return new Operation(op, [value, from, to], KqlType.Bool);
        if (value.Type == KqlType.DateTime && from.Type == KqlType.DateTime && to.Type == KqlType.TimeSpan)
            return new Operation(op, [value, from, Arithmetic(ScalarOperator.Add, from, to, KqlType.DateTime)], KqlType.Bool);
        if (!OperatorTable.Ordered(value.Type, from.Type) || !OperatorTable.Ordered(value.Type, to.Type))
        {
            diagnostics.Add(
                "KS106", $"The operator '{binary.Name}' is not defined for the operand types {value.Type.Name()}, {from.Type.Name()} and {to.Type.Name()}.",
                binary.Operator.Start, binary.Operator.Length);
            return _error;
        }

        if (value.Type.IsNumber() && from.Type.IsNumber() && to.Type.IsNumber())
        {
            var type = KqlTypes.Widest(KqlTypes.Widest(value.Type, from.Type), to.Type);
            return new Operation(op, [Converted(value, type), Converted(from, type), Converted(to, type)], KqlType.Bool);
        }

        return new Operation(op, [value, from, to], KqlType.Bool);
    }

    private Scalar Membership(ScalarOperator op, BinaryExpr binary, RowScope rows)
    {
        if (binary.Left is StarExpr star) return AnyColumn(op, binary, star, rows);
        var value = Value(binary.Left, rows);
        if (value.Type != KqlType.Unknown && op is ScalarOperator.InIgnoreCase or ScalarOperator.NotInIgnoreCase or ScalarOperator.HasAny or ScalarOperator.HasAll)
        {
            if (!Text(value.Type))
            {
                diagnostics.Add("KS107", "A value of type string or dynamic expected.", binary.Left.Start, binary.Left.Length);
                return _error;
            }

            value = Converted(value, KqlType.String);
        }

        return Members(op, binary.Right, value, rows);
    }

    private Scalar Members(ScalarOperator op, ImmutableArray<Expr> members, Scalar value, RowScope rows)
    {
        if (members is [var only] && IsTable(only))
        {
            if (Table(only) is not { } query) return _error;
            if (query.Columns.IsEmpty) diagnostics.Add("KS190", "The table has no columns", only.Start, only.Length);
            return query.Columns.IsEmpty ? _error : new InQuery(op, value, query);
        }

        var operands = ImmutableArray.CreateBuilder<Scalar>(members.Length + 1);
        operands.Add(value);
        foreach (var member in members)
        {
            var bound = Value(member, rows);
            operands.Add(bound.Type.IsNumber() && value.Type.IsNumber() && bound is Literal ? Alike(bound, value).Left : bound);
        }

        return new Operation(op, operands.MoveToImmutable(), KqlType.Bool);
    }

    // * == "x": any column of a type that can be compared.
    private Scalar AnyColumn(ScalarOperator op, BinaryExpr binary, StarExpr star, RowScope rows)
    {
        if (star.Pattern != "*" || rows.Columns.IsEmpty)
        {
            diagnostics.Add("KS191", "The * syntax is not allowed here.", star.Start, star.Length);
            return _error;
        }

        var members = binary.Right;
        Scalar? any = null;
        var probe = Value(members[0], rows);
        foreach (var column in rows.Columns)
        {
            if (probe.Type == KqlType.String && !Text(column.Type)) continue;
            if (probe.Type.IsNumber() && !column.Type.IsNumber()) continue;
            if (probe.Type is KqlType.DateTime or KqlType.TimeSpan or KqlType.Bool or KqlType.Guid && column.Type != probe.Type) continue;
            var reference = new ColumnRef(column);
            var one = op is ScalarOperator.In or ScalarOperator.NotIn or ScalarOperator.InIgnoreCase or ScalarOperator.NotInIgnoreCase or ScalarOperator.HasAny or ScalarOperator.HasAll
                ? Members(op, members, column.Type == KqlType.Dynamic ? Converted(reference, KqlType.String) : reference, rows)
                : Combine(op, binary.Operator, reference, probe);
            any = any is null ? one : new Operation(ScalarOperator.Or, [any, one], KqlType.Bool);
        }

        return any ?? new Literal(KqlType.Bool, false);
    }
}
