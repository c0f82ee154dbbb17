using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>join and lookup.</summary>
internal sealed partial class Binder
{
    private Join? Join(JoinOperator join, Relation left)
    {
        var lookup = join.Keyword.Text == "lookup";
        var kind = Kind(join, lookup);
        var right = join.Right is MissingExpr ? null : Table(join.Right);
        if (!join.HasOn)
        {
            diagnostics.Add("KS006", $"Missing {join.Keyword.Text} on condition clause", join.Keyword.Start, join.End - join.Keyword.Start, "write 'on Column', or 'on $left.a == $right.b'");
            return null;
        }

        if (right is null || kind is null) return null;
        var keys = ImmutableArray.CreateBuilder<JoinKey>();
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var on in join.On) AddKeys(on, left, right, keys, shared);
        var items = kind.Value switch
        {
            JoinKind.LeftSemi or JoinKind.LeftAnti => PassAll(left),
            JoinKind.RightSemi or JoinKind.RightAnti => PassAll(right),
            _ => BothSides(left, right, lookup ? [.. keys.Select(k => k.Right).OfType<ColumnRef>().Select(c => c.Column)] : []),
        };
        var result = new Join(kind.Value, left, right, keys.ToImmutable(), items);
        if (_open.Contains(right)) _open.Add(result);
        return result;
    }

    private JoinKind? Kind(JoinOperator join, bool lookup)
    {
        if (!join.Options.TryGetValue("kind", out var token)) return lookup ? JoinKind.LeftOuter : JoinKind.InnerUnique;
        JoinKind? kind = token.Text switch
        {
            "inner" => JoinKind.Inner,
            "leftouter" => JoinKind.LeftOuter,
            _ when lookup => null,
            "innerunique" => JoinKind.InnerUnique,
            "rightouter" => JoinKind.RightOuter,
            "fullouter" => JoinKind.FullOuter,
            "leftsemi" or "semi" => JoinKind.LeftSemi,
            "rightsemi" => JoinKind.RightSemi,
            "leftanti" or "anti" or "leftantisemi" => JoinKind.LeftAnti,
            "rightanti" or "rightantisemi" => JoinKind.RightAnti,
            _ => null,
        };
        if (kind is not null) return kind;
        var expected = lookup ? "inner, leftouter" : "inner, innerunique, leftouter, rightouter, fullouter, leftsemi, rightsemi, leftanti, rightanti";
        diagnostics.Add("KS005", $"Expected one of: {expected}", token.Start, token.Length, Diagnostics.NearMiss.Hint(token.Text, expected.Split(", ")));
        return null;
    }

    private static ImmutableArray<Assignment> PassAll(Relation side) => [.. side.Columns.Select(c => new Assignment(c, new ColumnRef(c)))];

    private ImmutableArray<Assignment> BothSides(Relation left, Relation right, ImmutableArray<Column> dropped)
    {
        var list = new ColumnList(diagnostics);
        foreach (var column in left.Columns) list.Keep(column);
        foreach (var column in right.Columns)
        {
            if (dropped.Contains(column)) continue;
            if (list.Contains(column.Name)) list.Append(new(NewColumn(list.Free(column.Name), column.Type), new ColumnRef(column)));
            else list.Keep(column);
        }

        return list.Items;
    }

    private void AddKeys(Expr on, Relation left, Relation right, ImmutableArray<JoinKey>.Builder keys, HashSet<string> shared)
    {
        switch (Unwrap(on))
        {
            case NameExpr name:
                AddShared(name, left, right, keys, shared);
                break;
            case BinaryExpr { Name: "and" } and:
                AddKeys(and.Left, left, right, keys, shared);
                AddKeys(and.Right[0], left, right, keys, shared);
                break;
            case BinaryExpr { Name: "==" } equal:
                AddPair(equal, left, right, keys);
                break;
            case MissingExpr:
                break;
            default:
                diagnostics.Add("KS182", "The join condition must be either the name of a column common to both tables or in the form $left.<column> == $right.<column>.", on.Start, on.Length);
                break;
        }
    }

    private void AddShared(NameExpr name, Relation left, Relation right, ImmutableArray<JoinKey>.Builder keys, HashSet<string> shared)
    {
        var (l, r) = (FindColumn(left.Columns, name.Name), FindColumn(right.Columns, name.Name));
        if (l is null || r is null)
        {
            if (_open.Contains(left) || _open.Contains(right)) return;
            if (l is null && r is null) UnknownName(name, left.Columns.Select(c => c.Name));
            else diagnostics.Add("KS145", $"The column '{name.Name}' must exist on both sides of the join.", name.Start, name.Length, $"write $left.{name.Name} == $right.<column>");
            return;
        }

        shared.Add(name.Name);
        if (l.Type != r.Type && !(l.Type.IsNumber() && r.Type.IsNumber()) && l.Type != KqlType.Unknown && r.Type != KqlType.Unknown)
            diagnostics.Add("KS227", $"The common column '{name.Name}' must have the same type on both sides of the join.", name.Start, name.Length, "convert one side with extend");
        else if (Key(l, r, name) is { } key) keys.Add(key);
    }

    private JoinKey? Key(Scalar left, Scalar right, Expr at)
    {
        if (left.Type == KqlType.Unknown || right.Type == KqlType.Unknown) return null;
        if (left.Type == KqlType.Dynamic || right.Type == KqlType.Dynamic)
        {
            diagnostics.Add("KS241", "Join keys cannot be dynamic", at.Start, at.Length, "tostring(…) with extend makes them comparable");
            return null;
        }

        var (l, r) = Alike(left, right);
        if (l.Type == r.Type) return new(l, r);
        diagnostics.Add("KS242", $"Inconsistent data types for join keys: ({left.Type.Name()}, {right.Type.Name()})", at.Start, at.Length, "convert one side with extend");
        return null;
    }

    private JoinKey? Key(Column left, Column right, Expr at) => Key(new ColumnRef(left), new ColumnRef(right), at);

    private void AddPair(BinaryExpr equal, Relation left, Relation right, ImmutableArray<JoinKey>.Builder keys)
    {
        var rows = new RowScope(left.Columns) { Right = right.Columns, Open = _open.Contains(left) || _open.Contains(right) };
        var (leftSide, rightSide) = (SideOf(equal.Left), SideOf(equal.Right[0]));
        var swapped = (leftSide, rightSide) == ("$right", "$left");
        if (!swapped)
        {
            CheckOperand(equal.Left, leftSide, "$left");
            CheckOperand(equal.Right[0], rightSide, "$right");
            if ((leftSide, rightSide) != ("$left", "$right")) return;
        }

        var (a, b) = (Value(equal.Left, rows), Value(equal.Right[0], rows));
        var dynamicSide = a.Type == KqlType.Dynamic ? equal.Left : b.Type == KqlType.Dynamic ? equal.Right[0] : equal;
        if ((swapped ? Key(b, a, dynamicSide) : Key(a, b, dynamicSide)) is { } key) keys.Add(key);
    }

    private void CheckOperand(Expr operand, string? side, string wanted)
    {
        if (side != wanted) diagnostics.Add("KS183", $"The join condition operand must be: {wanted}.<column>", operand.Start, operand.Length, "compute it with extend first");
    }

    private static string? SideOf(Expr expr) => Unwrap(expr) switch
    {
        PathExpr { Target: NameExpr { Name: "$left" or "$right" } side } => side.Name,
        _ => null,
    };
}
