using Weir.Model;

namespace Weir.Observe.Metrics.Contexts;

/// <summary>The labels that a metric's contexts make: names once, values for each new combination of ends.</summary>
internal sealed class ContextLabels
{
    private readonly ContextSpec _spec;
    private readonly bool _hasSource, _hasDestination;

    public ContextLabels(ContextSpec spec)
    {
        _spec = spec;
        _hasSource = spec.Source.Count + spec.SourceEgress.Count + spec.SourceIngress.Count > 0;
        _hasDestination = spec.Destination.Count + spec.DestinationEgress.Count + spec.DestinationIngress.Count > 0;
        LabelNames = [.. spec.Labels, .. _hasSource ? (string[])["source"] : [], .. _hasDestination ? (string[])["destination"] : []];
        UsesAddresses = spec.Labels.Any(l => l.EndsWith("_ip", StringComparison.Ordinal)) || All(spec).Contains(ContextIdentifier.Ip);
    }

    /// <summary>What <c>labelsContext</c> may name, in the order in which they stand.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "source_ip", "source_pod", "source_namespace", "source_workload", "source_workload_kind", "source_app",
        "destination_ip", "destination_pod", "destination_namespace", "destination_workload", "destination_workload_kind", "destination_app",
        "traffic_direction",
    ];

    /// <summary>The names of the labels.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>Whether the values depend on more than who the ends are.</summary>
    public bool UsesAddresses { get; }

    /// <summary>Writes the values, in the order of <see cref="LabelNames"/>.</summary>
    /// <param name="ends">The flow's.</param>
    /// <param name="values">Where to.</param>
    /// <returns>The pods whose own names or addresses are among the values.</returns>
    public (Endpoint? Source, Endpoint? Destination) Write(in FlowEnds ends, Span<string> values)
    {
        Endpoint? source = null, destination = null;
        var at = 0;
        foreach (var label in _spec.Labels)
        {
            values[at++] = LabelOf(label, ends);
            if (label is "source_pod" or "source_ip") source = ends.Source;
            if (label is "destination_pod" or "destination_ip") destination = ends.Destination;
        }

        if (_hasSource)
        {
            (values[at++], var isPod) = Find(Special(ends.Direction, _spec.SourceEgress, _spec.SourceIngress), _spec.Source, ends.Source, ends.SourceAddress);
            if (isPod) source = ends.Source;
        }

        if (_hasDestination)
        {
            (values[at], var isPod) = Find(Special(ends.Direction, _spec.DestinationEgress, _spec.DestinationIngress), _spec.Destination, ends.Destination, ends.DestinationAddress);
            if (isPod) destination = ends.Destination;
        }

        return (PodOrNull(source), PodOrNull(destination));
    }

    private static Endpoint? PodOrNull(Endpoint? end) => end is { PodName.Length: > 0 } ? end : null;

    private static IReadOnlyList<ContextIdentifier> Special(
        TrafficDirection direction, IReadOnlyList<ContextIdentifier> egress, IReadOnlyList<ContextIdentifier> ingress) => direction switch
    {
        TrafficDirection.Egress => egress,
        TrafficDirection.Ingress => ingress,
        _ => [],
    };

    private static (string Value, bool IsPod) Find(
        IReadOnlyList<ContextIdentifier> first, IReadOnlyList<ContextIdentifier> then, Endpoint end, IpAddress address)
    {
        foreach (var identifier in first.Count > 0 ? first : then)
        {
            if (ContextValue.Of(identifier, end, address) is { Length: > 0 } value) return (value, ContextValue.IsOfPod(identifier));
        }

        return ("", false);
    }

    private static string LabelOf(string label, in FlowEnds ends) => label switch
    {
        "traffic_direction" => ends.Direction switch
        {
            TrafficDirection.Egress => "egress",
            TrafficDirection.Ingress => "ingress",
            _ => "unknown",
        },
        _ when label.StartsWith("source_", StringComparison.Ordinal) => Of(label["source_".Length..], ends.Source, ends.SourceAddress),
        _ => Of(label["destination_".Length..], ends.Destination, ends.DestinationAddress),
    };

    private static string Of(string what, Endpoint end, IpAddress address) => what switch
    {
        "ip" => ContextValue.Of(ContextIdentifier.Ip, end, address),
        "pod" => end.PodName,
        "namespace" => end.Namespace,
        "workload" => ContextValue.WorkloadOf(end),
        "workload_kind" => ContextValue.WorkloadKindOf(end),
        _ => ContextValue.AppOf(end),
    };

    private static IEnumerable<ContextIdentifier> All(ContextSpec spec) =>
        spec.Source.Concat(spec.SourceEgress).Concat(spec.SourceIngress).Concat(spec.Destination).Concat(spec.DestinationEgress).Concat(spec.DestinationIngress);
}
