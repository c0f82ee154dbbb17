using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Programs;
using Weir.Model;

namespace Weir.Datapath.Maps;

/// <summary>Reads and removes the per-endpoint counters.</summary>
internal sealed unsafe class CounterReader(ProgramObject loaded, int cpus) : IDisposable
{
    private readonly BpfMap<CounterKeyAbi, ulong> _keys = loaded.Map<CounterKeyAbi, ulong>("weir_counters");

    /// <summary>All counters, summed over the processors.</summary>
    public IReadOnlyList<EndpointCounter> Read()
    {
        var counters = new List<EndpointCounter>();
        Span<ulong> perCpu = stackalloc ulong[2 * cpus]; // struct counter: packets, bytes
        foreach (var key in _keys.Keys())
        {
            var asked = key;
            fixed (ulong* values = perCpu)
            {
                if (BpfSystem.Lookup(_keys.Fd, &asked, values) != 0) continue;
            }

            ulong packets = 0, bytes = 0;
            for (var cpu = 0; cpu < cpus; cpu++) (packets, bytes) = (packets + perCpu[2 * cpu], bytes + perCpu[(2 * cpu) + 1]);
            counters.Add(new EndpointCounter(
                key.Endpoint, (TrafficDirection)key.Direction, (Verdict)key.Verdict, (DropReason)key.Reason, packets, bytes));
        }

        return counters;
    }

    /// <summary>Removes the counters of an endpoint.</summary>
    public void Remove(uint endpoint)
    {
        foreach (var key in _keys.Keys().Where(key => key.Endpoint == endpoint)) _keys.Remove(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();
}
