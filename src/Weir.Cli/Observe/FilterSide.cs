using Google.Protobuf.Collections;
using Weir.Observe.Wire.Flows;

namespace Weir.Cli.Observe;

/// <summary>The filters of the white list, or of the black list: one for the sender and one for the receiver, joined by "or".</summary>
internal sealed class FilterSide
{
    // Flags that cannot stand together, as with Hubble: of each row at most one.
    private static readonly string[][] _conflicts =
    [
        ["from-fqdn", "from-ip", "ip", "fqdn", "from-namespace", "namespace", "from-all-namespaces", "all-namespaces"],
        ["from-fqdn", "from-ip", "ip", "fqdn", "from-pod", "pod"],
        ["to-fqdn", "to-ip", "ip", "fqdn", "to-namespace", "namespace", "to-all-namespaces", "all-namespaces"],
        ["to-fqdn", "to-ip", "ip", "fqdn", "to-pod", "pod"],
        ["to-pod", "namespace", "all-namespaces"], ["from-pod", "namespace", "all-namespaces"],
        ["to-service", "namespace", "all-namespaces"], ["from-service", "namespace", "all-namespaces"],
        ["label", "from-label"], ["label", "to-label"], ["service", "from-service"], ["service", "to-service"],
        ["port", "to-port"], ["port", "from-port"], ["identity", "to-identity"], ["identity", "from-identity"],
        ["workload", "to-workload"], ["workload", "from-workload"], ["encrypted", "unencrypted"],
    ];

    private readonly FlowFilter _source = new();
    private readonly FlowFilter _destination = new();
    private readonly HashSet<string> _used = [];
    private readonly List<string> _either = [], _from = [], _to = [];

    /// <summary>Takes in a flag.</summary>
    /// <exception cref="UsageException">It cannot stand beside another one.</exception>
    public void Add(FilterFlag flag, string value)
    {
        Use(flag.Name);
        flag.Source(_source, value);
        (flag.Destination ?? flag.Source)(_destination, value);
    }

    /// <summary>Takes in a flag about namespaces; an empty one is any.</summary>
    /// <exception cref="UsageException">It cannot stand beside another one.</exception>
    public void AddNamespace(string flag, string ns)
    {
        Use(flag);
        (flag.StartsWith("from-", StringComparison.Ordinal) ? _from : flag.StartsWith("to-", StringComparison.Ordinal) ? _to : _either).Add(ns);
    }

    /// <summary>The filters; none where no flag was given.</summary>
    public IReadOnlyList<FlowFilter> Build()
    {
        if (_used.Count == 0) return [];
        foreach (var filter in (FlowFilter[])[_source, _destination])
        {
            if (_to.Count > 0) Place(filter.DestinationPod, filter.DestinationService, _to);
            if (_from.Count > 0) Place(filter.SourcePod, filter.SourceService, _from);
        }

        if (_either.Count > 0)
        {
            Place(_source.SourcePod, _source.SourceService, _either);
            Place(_destination.DestinationPod, _destination.DestinationService, _either);
        }

        return _source.Equals(_destination) ? [_source] : [_source, _destination];
    }

    // Names without a namespace get these; where there are no names, all pods of them are meant.
    private static void Place(RepeatedField<string> pods, RepeatedField<string> services, List<string> namespaces)
    {
        if (pods.Count + services.Count == 0) pods.Add("");
        foreach (var names in (RepeatedField<string>[])[pods, services])
        {
            var given = names.ToList();
            foreach (var name in given)
            {
                if (name.Contains('/', StringComparison.Ordinal))
                {
                    var own = name[..name.IndexOf('/', StringComparison.Ordinal)];
                    if (own.Length > 0 && namespaces.Find(n => n != own) is { } other) throw new UsageException($"namespace conflict: \"{other}\" does not contain \"{name}\"");
                    continue;
                }

                names.Remove(name);
                foreach (var ns in namespaces) names.Add($"{ns}/{name}");
            }
        }
    }

    private void Use(string flag)
    {
        _used.Add(flag);
        foreach (var row in _conflicts)
        {
            if (row.Contains(flag) && Array.Find(row, other => other != flag && _used.Contains(other)) is { } conflict)
                throw new UsageException($"filters --{conflict} and --{flag} cannot be combined");
        }
    }
}
