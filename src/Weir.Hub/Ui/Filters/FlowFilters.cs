using Weir.Hub.Ui.Flows;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.Ui.Filters;

/// <summary>A filter that was understood: decides about flows, and tells nodes and the store what they need not send.</summary>
internal sealed class FlowFilters
{
    private readonly IReadOnlyList<FilterTerm> _terms;
    private readonly FlowTest[] _tests;

    private FlowFilters(IReadOnlyList<FilterTerm> terms, FlowTest[] tests) => (_terms, _tests) = (terms, tests);

    /// <summary>Reads a filter's text.</summary>
    /// <param name="text">As people write it.</param>
    /// <param name="namespaces">Flows of these alone, with either end; empty for all.</param>
    /// <exception cref="UiProblem">It cannot be understood; says where and what was expected.</exception>
    public static FlowFilters Of(string text, IReadOnlyList<string> namespaces)
    {
        List<FilterTerm> terms = [.. FilterText.Parse(text)];
        if (namespaces.Count > 0)
            terms.Add(new FilterTerm(false, FilterSide.Either, FilterText.Keys.First(k => k.Name == "namespace"), [.. namespaces.Select(n => new FilterValue(n, 0, 0))], 0, 0));
        return new FlowFilters(terms, [.. terms.Select(Test)]);
    }

    /// <summary>Whether a flow is wanted.</summary>
    public bool Matches(in FlowView flow)
    {
        foreach (var test in _tests)
            if (!test(flow)) return false;
        return true;
    }

    /// <summary>Puts into a request what its filter can express: it then lets through all that <see cref="Matches"/> does, and more.</summary>
    public void Narrow(GetFlowsRequest request)
    {
        var shared = new FlowFilter();
        FilterTerm? split = null;
        HashSet<(FilterKey, bool)> used = [];
        foreach (var term in _terms.Where(t => !t.IsNegated && t.Key.Push is not null))
        {
            if (term.Key.OfEnd is not null && term.Side == FilterSide.Either)
            {
                split ??= CanPush(term) ? term : null;
                continue;
            }

            // A second condition on the same field would widen it, since values of a field are alternatives; pods and namespaces share one.
            var isSource = term.Side == FilterSide.From;
            if (CanPush(term) && used.Add((FieldOf(term.Key), isSource))) Push(term, shared, isSource);
        }

        if (split is null)
        {
            if (shared.CalculateSize() > 0) request.Whitelist.Add(shared);
            return;
        }

        foreach (var isSource in (bool[])[true, false])
        {
            var one = shared.Clone();
            if (!used.Contains((FieldOf(split.Key), isSource))) Push(split, one, isSource);
            request.Whitelist.Add(one);
        }
    }

    private static FilterKey FieldOf(FilterKey key) => key.Name == "namespace" ? FilterText.Keys.First(k => k.Name == "pod") : key;

    private static bool CanPush(FilterTerm term)
    {
        var trial = new FlowFilter();
        return term.Values.All(v => term.Key.Push!(trial, true, v.Text));
    }

    private static void Push(FilterTerm term, FlowFilter filter, bool isSource)
    {
        foreach (var value in term.Values) term.Key.Push!(filter, isSource, value.Text);
    }

    private static FlowTest Test(FilterTerm term)
    {
        FlowTest[] any = [.. term.Values.Select(v => One(term, v))];
        var isNegated = term.IsNegated;
        return (in FlowView flow) =>
        {
            foreach (var test in any)
                if (test(flow)) return !isNegated;
            return isNegated;
        };
    }

    private static FlowTest One(FilterTerm term, FilterValue value)
    {
        try
        {
            if (term.Key.OfFlow is { } ofFlow) return ofFlow(value.Text);
            var test = term.Key.OfEnd!(value.Text);
            return term.Side switch
            {
                FilterSide.From => (in FlowView flow) => test(flow, true),
                FilterSide.To => (in FlowView flow) => test(flow, false),
                _ => (in FlowView flow) => test(flow, true) || test(flow, false),
            };
        }
        catch (FormatException e)
        {
            throw FilterText.Wrong(e.Message, value.Start, value.Length);
        }
    }
}
