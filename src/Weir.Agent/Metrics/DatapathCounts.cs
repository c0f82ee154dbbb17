using Prometheus;
using Weir.Datapath;
using Weir.Model;

namespace Weir.Agent.Metrics;

/// <summary>Cilium's families of a node: packets and bytes out of the datapath's counters, which lose nothing.</summary>
/// <remarks>The datapath forgets a pod's counters with the pod; what was read of them stays counted. Any thread.</remarks>
internal sealed class DatapathCounts
{
    private readonly Lock _gate = new();
    private readonly IDatapath _datapath;
    private readonly Counter _forwarded, _forwardedBytes, _dropped, _droppedBytes;
    private readonly Gauge? _aliasForwarded, _aliasForwardedBytes, _aliasDropped, _aliasDroppedBytes;
    private Dictionary<(uint, TrafficDirection, Verdict, DropReason), (ulong Packets, ulong Bytes)> _read = [];

    /// <summary>Makes the families.</summary>
    /// <param name="datapath">What is read.</param>
    /// <param name="factory">Where they are exposed.</param>
    /// <param name="aliases">Whether Retina's names are exposed too.</param>
    public DatapathCounts(IDatapath datapath, MetricFactory factory, bool aliases)
    {
        _datapath = datapath;
        _forwarded = factory.CreateCounter("cilium_forward_count_total", "Total forwarded packets", "direction");
        _forwardedBytes = factory.CreateCounter("cilium_forward_bytes_total", "Total forwarded bytes", "direction");
        _dropped = factory.CreateCounter("cilium_drop_count_total", "Total dropped packets", "reason", "direction");
        _droppedBytes = factory.CreateCounter("cilium_drop_bytes_total", "Total dropped bytes", "reason", "direction");
        foreach (var direction in (string[])["INGRESS", "EGRESS"])
        {
            _forwarded.WithLabels(direction);
            _forwardedBytes.WithLabels(direction);
        }

        if (!aliases) return;
        _aliasForwarded = factory.CreateGauge("networkobservability_forward_count", "Total forwarded packets", "direction");
        _aliasForwardedBytes = factory.CreateGauge("networkobservability_forward_bytes", "Total forwarded bytes", "direction");
        _aliasDropped = factory.CreateGauge("networkobservability_drop_count", "Total dropped packets", "reason", "direction");
        _aliasDroppedBytes = factory.CreateGauge("networkobservability_drop_bytes", "Total dropped bytes", "reason", "direction");
    }

    /// <summary>Reads the datapath and adds what is new.</summary>
    public void Update()
    {
        lock (_gate)
        {
            var now = new Dictionary<(uint, TrafficDirection, Verdict, DropReason), (ulong, ulong)>();
            foreach (var counter in _datapath.ReadCounters())
            {
                var key = (counter.Endpoint, counter.Direction, counter.Verdict, counter.Reason);
                var (packets, bytes) = _read.GetValueOrDefault(key);

                // An endpoint's number may have been given to another pod since.
                if (counter.Packets < packets) (packets, bytes) = (0, 0);
                Add(counter, counter.Packets - packets, counter.Bytes - Math.Min(bytes, counter.Bytes));
                now[key] = (counter.Packets, counter.Bytes);
            }

            _read = now;
        }
    }

    private void Add(EndpointCounter counter, ulong packets, ulong bytes)
    {
        var direction = counter.Direction == TrafficDirection.Egress ? "EGRESS" : "INGRESS";
        if (counter.Verdict == Verdict.Dropped)
        {
            var reason = counter.Reason.Text();
            _dropped.WithLabels(reason, direction).Inc(packets);
            _droppedBytes.WithLabels(reason, direction).Inc(bytes);
            _aliasDropped?.WithLabels(reason, Lower(direction)).Inc(packets);
            _aliasDroppedBytes?.WithLabels(reason, Lower(direction)).Inc(bytes);
        }
        else
        {
            _forwarded.WithLabels(direction).Inc(packets);
            _forwardedBytes.WithLabels(direction).Inc(bytes);
            _aliasForwarded?.WithLabels(Lower(direction)).Inc(packets);
            _aliasForwardedBytes?.WithLabels(Lower(direction)).Inc(bytes);
        }
    }

    private static string Lower(string direction) => direction == "EGRESS" ? "egress" : "ingress";
}
