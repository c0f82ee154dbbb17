using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>What all ContainerNetworkLogs of the cluster choose together: a flow that any filter of any of them chooses.</summary>
public sealed class LogSelection
{
    private readonly LogFilter[] _filters;

    /// <summary>Joins filters.</summary>
    public LogSelection(IEnumerable<LogFilter> filters) => _filters = [.. filters];

    /// <summary>Chooses nothing: with no resource nothing is logged.</summary>
    public static LogSelection Nothing { get; } = new([]);

    /// <summary>Whether nothing is ever chosen.</summary>
    public bool IsEmpty => _filters.Length == 0;

    /// <summary>Whether a flow is chosen. Allocates nothing; cost grows with the number of filters.</summary>
    public bool Matches(in Flow flow)
    {
        foreach (var filter in _filters)
        {
            if (filter.Matches(flow)) return true;
        }

        return false;
    }
}
