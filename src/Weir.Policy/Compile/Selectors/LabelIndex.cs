using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile.Selectors;

/// <summary>Finds, for a set of labels, the few selectors that could match it, without asking every one.</summary>
internal sealed class LabelIndex<T>
    where T : class
{
    private readonly Dictionary<(string Key, string Value), List<(LabelSelector Selector, T Item)>> _byLabel = [];
    private readonly List<(LabelSelector Selector, T Item)> _others = [];

    public void Add(LabelSelector selector, T item)
    {
        var anchor = Anchor(selector);
        if (anchor is null)
        {
            _others.Add((selector, item));
            return;
        }

        foreach (var value in anchor.Values)
        {
            if (!_byLabel.TryGetValue((anchor.Key, value), out var list)) _byLabel[(anchor.Key, value)] = list = [];
            list.Add((selector, item));
        }
    }

    public void Remove(LabelSelector selector, T item)
    {
        var anchor = Anchor(selector);
        if (anchor is null)
        {
            _others.RemoveAll(o => ReferenceEquals(o.Item, item));
            return;
        }

        foreach (var value in anchor.Values)
        {
            if (!_byLabel.TryGetValue((anchor.Key, value), out var list)) continue;
            list.RemoveAll(o => ReferenceEquals(o.Item, item));
            if (list.Count == 0) _byLabel.Remove((anchor.Key, value));
        }
    }

    /// <summary>Collects the items whose selector matches; an item may come twice.</summary>
    public void Matching(LabelSet labels, List<T> found)
    {
        foreach (var (selector, item) in _others)
        {
            if (selector.Matches(labels)) found.Add(item);
        }

        foreach (var label in labels.Labels)
        {
            if (!_byLabel.TryGetValue((label.Key, label.Value), out var list)) continue;
            foreach (var (selector, item) in list)
            {
                if (selector.Matches(labels)) found.Add(item);
            }
        }
    }

    /// <summary>The requirement that a selector is found by: the one that fewest label sets are likely to meet.</summary>
    private static LabelRequirement? Anchor(LabelSelector selector)
    {
        LabelRequirement? best = null;
        var bestRank = int.MaxValue;
        foreach (var requirement in selector.Requirements)
        {
            if (requirement.Operator != LabelOperator.In) continue;
            var rank = requirement.Values.Count + requirement.Key switch
            {
                LabelNames.Cluster => 2000,
                LabelNames.Namespace => 1000,
                _ => 0,
            };
            if (rank >= bestRank) continue;
            (best, bestRank) = (requirement, rank);
        }

        return best;
    }
}
