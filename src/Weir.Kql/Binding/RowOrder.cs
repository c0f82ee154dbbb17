using Weir.Kql.Plan;

namespace Weir.Kql.Binding;

/// <summary>Whether rows come in an order that window functions may rely on (Kusto: a serialized row set).</summary>
internal static class RowOrder
{
    public static bool IsSerialized(Relation relation)
    {
        while (true)
        {
            switch (relation)
            {
                case Sort or Top or Serialize or RangeRows or TopNested or MatchRows or GetSchema or Placeholder:
                    return true;
                case Filter filter:
                    relation = filter.Input;
                    break;
                case Project project:
                    relation = project.Input;
                    break;
                case Take take:
                    relation = take.Input;
                    break;
                case MvExpand expand:
                    relation = expand.Input;
                    break;
                case Parse parse:
                    relation = parse.Input;
                    break;
                case ParseKv parse:
                    relation = parse.Input;
                    break;
                case Reference reference:
                    relation = reference.Query.Body;
                    break;
                default:
                    return false;
            }
        }
    }
}
