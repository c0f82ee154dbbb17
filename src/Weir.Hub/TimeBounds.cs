using Weir.Kql;
using Weir.Kql.Plan;
using Weir.Kql.Sql;
using Weir.Kql.Types;

namespace Weir.Hub;

/// <summary>Which times a query can see at most, so that files of other times stay closed. A hint: what it cannot read is unbounded.</summary>
internal static class TimeBounds
{
    private const string TimeColumn = "TimeGenerated";
    private static readonly (long From, long Until) _all = (long.MinValue, long.MaxValue);

    /// <summary>The earliest and the latest time, in ticks.</summary>
    public static (long From, long Until) Of(KqlCompilation compiled, long now) =>
        compiled.Query is not { } query ? _all : Wider(query.Tables.Select(t => Of(t.Root, _all, now)));

    private static (long From, long Until) Wider(IEnumerable<(long From, long Until)> bounds) =>
        bounds.Aggregate((From: long.MaxValue, Until: long.MinValue), (a, b) => (Math.Min(a.From, b.From), Math.Max(a.Until, b.Until)));

    // Filters above a table, with nothing between them that changes which rows there are or what its time column holds.
    private static (long From, long Until) Of(Relation relation, (long From, long Until) bound, long now) => relation switch
    {
        TableScan => bound,
        Filter filter => HasQuery(filter.Predicate) ? _all : Of(filter.Input, Narrow(filter.Predicate, bound, now), now),
        Project project => project.Items.Any(i => HasQuery(i.Value)) ? _all : Of(project.Input, Passes(project) ? bound : _all, now),
        Serialize serialize => Of(serialize.Input, bound, now),
        Sort sort => sort.Keys.Any(k => HasQuery(k.Value)) ? _all : Of(sort.Input, bound, now),
        Reference reference => Of(reference.Query.Body, _all, now),
        Union union when !union.Branches.SelectMany(b => b.Values).Any(HasQuery) => Wider(union.Branches.Select(b => Of(b.Input, _all, now))),
        Take take => HasQuery(take.Count) ? _all : Of(take.Input, _all, now),
        Top top => HasQuery(top.Count) || top.Keys.Any(k => HasQuery(k.Value)) ? _all : Of(top.Input, _all, now),
        Distinct distinct => Of(distinct.Input, _all, now),
        Summarize summarize => summarize.Keys.Concat(summarize.Values).Any(v => HasQuery(v.Value)) ? _all : Of(summarize.Input, _all, now),
        _ => _all,
    };

    private static bool Passes(Project project) => !project.Items.Any(i => i.Column.Name == TimeColumn && i.Value is not ColumnRef { Column.Name: TimeColumn });

    private static (long From, long Until) Narrow(Scalar predicate, (long From, long Until) bound, long now)
    {
        if (predicate is not Operation operation) return bound;
        var operands = operation.Operands;
        switch (operation.Operator)
        {
            case ScalarOperator.And:
                return Narrow(operands[1], Narrow(operands[0], bound, now), now);
            case ScalarOperator.Greater or ScalarOperator.GreaterOrEqual:
                return IsTime(operands[0]) ? After(bound, ConstantTime.Of(operands[1], now)) : IsTime(operands[1]) ? Before(bound, ConstantTime.Of(operands[0], now)) : bound;
            case ScalarOperator.Less or ScalarOperator.LessOrEqual:
                return IsTime(operands[0]) ? Before(bound, ConstantTime.Of(operands[1], now)) : IsTime(operands[1]) ? After(bound, ConstantTime.Of(operands[0], now)) : bound;
            case ScalarOperator.Between when IsTime(operands[0]) && operands[2].Type == KqlType.DateTime:
                return Before(After(bound, ConstantTime.Of(operands[1], now)), ConstantTime.Of(operands[2], now));
            default:
                return bound;
        }
    }

    private static bool IsTime(Scalar value) => value is ColumnRef { Column.Name: TimeColumn };

    private static (long From, long Until) After((long From, long Until) bound, long? time) => (Math.Max(bound.From, time ?? long.MinValue), bound.Until);

    private static (long From, long Until) Before((long From, long Until) bound, long? time) => (bound.From, Math.Min(bound.Until, time ?? long.MaxValue));

    // A query inside an expression reads tables of its own.
    private static bool HasQuery(Scalar value) => value switch
    {
        Literal or ColumnRef => false,
        Call call => call.Arguments.Any(HasQuery),
        Operation operation => operation.Operands.Any(HasQuery),
        Weir.Kql.Plan.Convert convert => HasQuery(convert.Value),
        Member member => HasQuery(member.Value),
        Element element => HasQuery(element.Value) || HasQuery(element.Key),
        AggregateCall aggregate => aggregate.Arguments.Any(HasQuery),
        _ => true,
    };
}
