using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics;

/// <summary>One metric as it is switched on: <c>NAME:OPTION;OPTION=VALUE</c>, as in Hubble's <c>metrics.enabled</c>.</summary>
/// <param name="Name">The metric, such as <c>dns</c>.</param>
/// <param name="Contexts">What its series say of both ends.</param>
/// <param name="Flags">Its own options that are on, such as <c>query</c>.</param>
public sealed record MetricSpec(string Name, ContextSpec Contexts, IReadOnlySet<string> Flags)
{
    private const string Pods = "sourceEgressContext=pod;destinationIngressContext=pod";

    // Each metric with its own options.
    private static readonly Dictionary<string, string[]> _known = new(StringComparer.Ordinal)
    {
        ["flow"] = [],
        ["drop"] = [],
        ["tcp"] = [],
        ["dns"] = ["query", "ignoreAAAA"],
        ["httpV2"] = ["exemplars"],
        ["icmp"] = [],
        ["policy"] = [],
        ["port-distribution"] = [],
        ["flows-to-world"] = ["any-drop", "port", "syn-only"],
        ["bytes"] = [],
    };

    /// <summary>What is on where nothing else is said: all of them, with the contexts that ACNS sets.</summary>
    public static IReadOnlyList<MetricSpec> Defaults { get; } =
    [
        .. ((string[])[
            $"flow:{Pods}", $"drop:{Pods}", $"tcp:{Pods}", $"dns:query;{Pods}", $"httpV2:{Pods}", $"icmp:{Pods}", $"policy:{Pods}", "port-distribution",
            "flows-to-world:any-drop;port;sourceContext=pod", "bytes:sourceContext=pod|reserved-identity;destinationContext=pod|reserved-identity",
        ]).Select(Parse),
    ];

    /// <summary>Reads it as it is written.</summary>
    /// <exception cref="FormatException">A metric, an option or a context is unknown; the message says which, and what there is.</exception>
    public static MetricSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        if (!_known.TryGetValue(name, out var own)) throw new FormatException($"'{name}' is no metric; there are {string.Join(", ", _known.Keys)}.");
        var contexts = new ContextSpec();
        var flags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in (colon < 0 ? "" : text[(colon + 1)..]).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? option : option[..equals];
            var value = equals < 0 ? "" : option[(equals + 1)..];
            if (own.FirstOrDefault(o => o.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } flag)
            {
                if (value is "" or "true") flags.Add(flag);
                else if (value is not "false") throw new FormatException($"The option '{option}' of {name} is on or off; give {flag} or {flag}=false.");
            }
            else
            {
                contexts = contexts.With(name, key, value, own);
            }
        }

        return new MetricSpec(name, contexts, flags);
    }
}
