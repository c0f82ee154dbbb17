namespace Weir.Observe.Metrics.Contexts;

/// <summary>Which labels a metric's series carry about both ends of a flow; Hubble's context options.</summary>
/// <remarks>Lists are fallbacks: the first identifier that says something is taken.</remarks>
public sealed record ContextSpec
{
    private static readonly Dictionary<string, ContextIdentifier> _identifiers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["identity"] = ContextIdentifier.Identity,
        ["namespace"] = ContextIdentifier.Namespace,
        ["pod"] = ContextIdentifier.Pod,
        ["pod-name"] = ContextIdentifier.PodName,
        ["dns"] = ContextIdentifier.Dns,
        ["ip"] = ContextIdentifier.Ip,
        ["reserved-identity"] = ContextIdentifier.ReservedIdentity,
        ["workload"] = ContextIdentifier.Workload,
        ["workload-name"] = ContextIdentifier.WorkloadName,
        ["app"] = ContextIdentifier.App,
    };

    /// <summary>The label <c>source</c>, where no more special list says something.</summary>
    public IReadOnlyList<ContextIdentifier> Source { get; init; } = [];

    /// <summary>The label <c>source</c> of egress traffic.</summary>
    public IReadOnlyList<ContextIdentifier> SourceEgress { get; init; } = [];

    /// <summary>The label <c>source</c> of ingress traffic.</summary>
    public IReadOnlyList<ContextIdentifier> SourceIngress { get; init; } = [];

    /// <summary>The label <c>destination</c>, where no more special list says something.</summary>
    public IReadOnlyList<ContextIdentifier> Destination { get; init; } = [];

    /// <summary>The label <c>destination</c> of egress traffic.</summary>
    public IReadOnlyList<ContextIdentifier> DestinationEgress { get; init; } = [];

    /// <summary>The label <c>destination</c> of ingress traffic.</summary>
    public IReadOnlyList<ContextIdentifier> DestinationIngress { get; init; } = [];

    /// <summary>Labels of their own, in Hubble's order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The same with one option more.</summary>
    /// <exception cref="FormatException">The option or its value is unknown; the message says what there is.</exception>
    internal ContextSpec With(string metric, string key, string value, IReadOnlyList<string> own) => key.ToUpperInvariant() switch
    {
        "SOURCECONTEXT" => this with { Source = List(key, value) },
        "SOURCEEGRESSCONTEXT" => this with { SourceEgress = List(key, value) },
        "SOURCEINGRESSCONTEXT" => this with { SourceIngress = List(key, value) },
        "DESTINATIONCONTEXT" => this with { Destination = List(key, value) },
        "DESTINATIONEGRESSCONTEXT" => this with { DestinationEgress = List(key, value) },
        "DESTINATIONINGRESSCONTEXT" => this with { DestinationIngress = List(key, value) },
        "LABELSCONTEXT" => this with { Labels = LabelList(value) },
        _ => throw new FormatException(
            $"The metric {metric} has no option '{key}'; there are {string.Join(", ", own.Concat(["sourceContext", "destinationContext", "source|destination + Egress|Ingress + Context", "labelsContext"]))}."),
    };

    private static ContextIdentifier[] List(string key, string value) =>
    [
        .. value.Split('|', StringSplitOptions.TrimEntries).Select(word => _identifiers.TryGetValue(word, out var known)
            ? known
            : throw new FormatException($"'{word}' in {key} is no context; there are {string.Join(", ", _identifiers.Keys)}.")),
    ];

    private static string[] LabelList(string value)
    {
        var wanted = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.FirstOrDefault(w => !ContextLabels.Names.Contains(w)) is { } unknown)
            throw new FormatException($"'{unknown}' in labelsContext is no label; there are {string.Join(", ", ContextLabels.Names)}.");
        return [.. ContextLabels.Names.Where(wanted.Contains)];
    }
}
