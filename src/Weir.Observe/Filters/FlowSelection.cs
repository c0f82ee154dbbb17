using Weir.Observe.Hubble;
using Weir.Observe.Wire.Flows;
using Flow = Weir.Model.Flow;

namespace Weir.Observe.Filters;

/// <summary>Which flows a reader wants: any filter of the white list (or all), and none of the black list.</summary>
/// <remarks>Inside one filter the fields that are set are ANDed, the values of a field ORed. Compiled once a request.</remarks>
public sealed class FlowSelection
{
    private readonly FlowPredicate[][] _whitelist;
    private readonly FlowPredicate[][] _blacklist;

    /// <summary>Compiles the lists.</summary>
    /// <exception cref="FilterException">A filter cannot be understood, or is not supported: nothing is ignored silently.</exception>
    public FlowSelection(IEnumerable<FlowFilter> whitelist, IEnumerable<FlowFilter> blacklist)
        : this(whitelist, blacklist, NodeFacts.Unknown)
    {
    }

    /// <summary>Compiles the lists for flows of a node of which <paramref name="facts"/> are known.</summary>
    /// <exception cref="FilterException">A filter cannot be understood, or is not supported: nothing is ignored silently.</exception>
    public FlowSelection(IEnumerable<FlowFilter> whitelist, IEnumerable<FlowFilter> blacklist, NodeFacts facts)
    {
        _whitelist = [.. whitelist.Select(f => FilterCompiler.Compile(f, facts))];
        _blacklist = [.. blacklist.Select(f => FilterCompiler.Compile(f, facts))];
    }

    /// <summary>Every flow.</summary>
    public static FlowSelection All { get; } = new([], []);

    /// <summary>Whether the reader wants <paramref name="flow"/>. Allocates nothing for L3/L4 conditions.</summary>
    public bool Matches(in Flow flow) =>
        (_whitelist.Length == 0 || AnyMatches(_whitelist, flow)) && !AnyMatches(_blacklist, flow);

    private static bool AnyMatches(FlowPredicate[][] filters, in Flow flow)
    {
        foreach (var filter in filters)
        {
            var all = true;
            foreach (var predicate in filter)
            {
                if (predicate(flow)) continue;
                all = false;
                break;
            }

            if (all) return true;
        }

        return false;
    }
}
