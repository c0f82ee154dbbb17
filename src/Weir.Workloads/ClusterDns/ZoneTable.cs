using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Weir.Protocols.Dns;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.ClusterDns;

/// <summary>A zone laid out by name, as the Kubernetes DNS specification names things.</summary>
internal sealed class ZoneTable
{
    private readonly Dictionary<string, List<ZoneRecord>> _records = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parents = new(StringComparer.Ordinal);

    public ZoneTable(ClusterZone zone)
    {
        Domain = zone.Domain;
        Upstream = zone.Upstream is null ? null : new IPEndPoint(IPAddress.Parse(zone.Upstream), 53);
        _parents.Add(Domain);
        _parents.Add($"svc.{Domain}");
        _parents.Add($"pod.{Domain}");
        foreach (var service in zone.Services) Add(service);
    }

    public string Domain { get; }

    public IPEndPoint? Upstream { get; }

    /// <summary>The records of a name, of all types; null when there is no such name. A name with names below it exists without records.</summary>
    public IReadOnlyList<ZoneRecord>? Find(string name)
    {
        if (_records.TryGetValue(name, out var records)) return records;
        return _parents.Contains(name) ? [] : PodName(name);
    }

    /// <summary>Whether this server is the one to know the name.</summary>
    public bool Owns(string name) => name == Domain || name.EndsWith("." + Domain, StringComparison.Ordinal) || _records.ContainsKey(name);

    /// <summary>The record of an address.</summary>
    public static ZoneRecord Record(IPAddress address) =>
        new(address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, address.GetAddressBytes(), null);

    private void Add(ZoneService service)
    {
        var name = $"{service.Name}.{service.Namespace}.svc.{Domain}";
        _parents.Add($"{service.Namespace}.svc.{Domain}");
        if (service.ExternalName is { } alias)
        {
            Touch(name).Add(new ZoneRecord(DnsType.CName, [], alias.TrimEnd('.').ToLowerInvariant()));
            return;
        }

        Touch(name);
        foreach (var address in service.ClusterIps.Select(IPAddress.Parse))
        {
            AddAddress(name, address);
            Touch(ReverseName.Of(address)).Add(new ZoneRecord(DnsType.Ptr, [], name));
        }

        foreach (var endpoint in service.Endpoints)
        {
            foreach (var address in endpoint.Addresses.Select(IPAddress.Parse))
            {
                var own = $"{endpoint.Hostname ?? Dashed(address)}.{name}";
                AddAddress(own, address);
                if (service.ClusterIps.Count > 0) continue;
                AddAddress(name, address);
                if (endpoint.Hostname is not null) Touch(ReverseName.Of(address)).Add(new ZoneRecord(DnsType.Ptr, [], own));
            }
        }

        foreach (var port in service.Ports.Where(p => !string.IsNullOrEmpty(p.Name)))
        {
            // Priority 0, weight 100, port; then the target's name.
            var before = new byte[6];
            before[3] = 100;
            BinaryPrimitives.WriteUInt16BigEndian(before.AsSpan(4), (ushort)port.Port);
            var protocol = $"_{port.Protocol.ToLowerInvariant()}.{name}";
            _parents.Add(protocol);
            Touch($"_{port.Name}.{protocol}").Add(new ZoneRecord(DnsType.Srv, before, name));
        }
    }

    /// <summary>1-2-3-4.NAMESPACE.pod.DOMAIN is 1.2.3.4: the name says it all.</summary>
    private List<ZoneRecord>? PodName(string name)
    {
        var suffix = $".pod.{Domain}";
        if (!name.EndsWith(suffix, StringComparison.Ordinal)) return null;
        var labels = name[..^suffix.Length].Split('.');
        if (labels.Length == 1 && _parents.Contains($"{labels[0]}.svc.{Domain}")) return [];
        if (labels.Length != 2 || !_parents.Contains($"{labels[1]}.svc.{Domain}")) return null;
        return IPAddress.TryParse(labels[0].Replace('-', '.'), out var address) && labels[0].Count(c => c == '-') == 3
            || IPAddress.TryParse(labels[0].Replace('-', ':'), out address)
            ? [Record(address)]
            : null;
    }

    private static string Dashed(IPAddress address) => address.ToString().Replace('.', '-').Replace(':', '-');

    private void AddAddress(string name, IPAddress address) => Touch(name).Add(Record(address));

    private List<ZoneRecord> Touch(string name)
    {
        if (!_records.TryGetValue(name, out var records)) _records[name] = records = [];
        return records;
    }
}

/// <summary>One record: its data is bytes, and behind them a name for the types that end in one. Without an owner it is the name's that was asked for.</summary>
internal readonly record struct ZoneRecord(DnsType Type, byte[] Data, string? Target, string? Owner = null);
