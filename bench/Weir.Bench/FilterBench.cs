using BenchmarkDotNet.Attributes;
using Weir.Observe.Filters;
using Weir.Observe.Wire.Flows;

namespace Weir.Bench;

/// <summary>What one flow costs one filter, compiled: the eight kinds of <see cref="ReaderLoad.FilterOf"/>.</summary>
[MemoryDiagnoser]
public class FilterBench
{
    private const int Flows = 1_024;
    private readonly Model.Flow[] _flows = [.. Enumerable.Range(0, Flows).Select(i => SampleFlows.Of(i))];
    private FlowSelection _selection = FlowSelection.All;

    /// <summary>The kind: 0 pod, 1 address, 2 prefix and verdict, 3 identity, 4 label, 5 workload, 6 flags, port and address, 7 protocol and name.</summary>
    [Params(0, 1, 2, 3, 4, 5, 6, 7)]
    public int Kind { get; set; }

    /// <summary>Compiles it.</summary>
    [GlobalSetup]
    public void SetUp() => _selection = new FlowSelection([ReaderLoad.FilterOf(Kind)], new List<FlowFilter>());

    /// <summary>Asks it about flows of 200 pods in turn.</summary>
    [Benchmark(OperationsPerInvoke = Flows)]
    public int Match()
    {
        var matched = 0;
        foreach (ref readonly var flow in _flows.AsSpan())
        {
            if (_selection.Matches(flow)) matched++;
        }

        return matched;
    }
}
