using Weir.Kql.Functions;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>The columns that a plan needs, for plans of the plain operators; of any other nothing is said, and all are kept.</summary>
internal static class UsedColumns
{
    /// <summary>Ids of what is needed, or null: all.</summary>
    public static HashSet<int>? Of(Relation root)
    {
        var used = root.Columns.Select(c => c.Id).ToHashSet();
        return Visit(root, used) ? used : null;
    }

    private static bool Visit(Relation relation, HashSet<int> used)
    {
        switch (relation)
        {
            case TableScan: return true;
            case Filter filter: return Add(filter.Predicate, used) && Visit(filter.Input, used);
            case Sort sort: return sort.Keys.All(k => Add(k.Value, used)) && Visit(sort.Input, used);
            case Top top: return top.Keys.All(k => Add(k.Value, used)) && Visit(top.Input, used);
            case Take take: return Visit(take.Input, used);
            case Summarize summarize: return summarize.Keys.Concat(summarize.Values).All(a => Add(a.Value, used)) && Visit(summarize.Input, used);
            case Project project:
                // What only passes through is needed when somebody above needs it.
                return project.Items.All(i => !used.Contains(i.Column.Id) || Add(i.Value, used)) && Visit(project.Input, used);
            default: return false;
        }
    }

    // False for what looks beyond its own row: queries inside expressions, and functions of neighbouring rows.
    private static bool Add(Scalar value, HashSet<int> used)
    {
        switch (value)
        {
            case ColumnRef reference:
                used.Add(reference.Column.Id);
                return true;
            case InQuery or ScalarQuery or StepState or Call { Function.Kind: FunctionKind.Window }:
                return false;
            default:
                return ProjectSql.Parts(value).All(p => Add(p, used));
        }
    }
}
