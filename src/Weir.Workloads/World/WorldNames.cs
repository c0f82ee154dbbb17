using System.Net;
using Weir.Protocols.Dns;
using Weir.Workloads.ClusterDns;

namespace Weir.Workloads.World;

/// <summary>What the outside world's name server knows: the sites, and below <c>example.net</c> a name for each form of answer that resolvers have to cope with.</summary>
/// <remarks>The addresses below example.net are of documentation (RFC 5737, RFC 3849): nobody is there.</remarks>
internal static class WorldNames
{
    private static readonly Dictionary<string, ZoneRecord[]> s_records = Records();

    /// <summary>The records of a name, its aliases followed; null where there is no such name.</summary>
    public static IReadOnlyList<ZoneRecord>? Find(string name) => s_records.GetValueOrDefault(name);

    private static Dictionary<string, ZoneRecord[]> Records()
    {
        var records = WorldSite.All.ToDictionary(site => site.Name, site => new[] { ZoneTable.Record(site.Address) }, StringComparer.Ordinal);
        var edge = ZoneTable.Record(IPAddress.Parse("198.51.100.7"));
        records["six.example.net"] = [edge, ZoneTable.Record(IPAddress.Parse("2001:db8::7"))];
        records["edge.example.net"] = [edge];
        records["cdn.example.net"] = [Alias("edge.example.net", null), edge with { Owner = "edge.example.net" }];
        records["chain.example.net"] =
            [Alias("cdn.example.net", null), Alias("edge.example.net", "cdn.example.net"), edge with { Owner = "edge.example.net" }];
        records["hundred.example.net"] = [.. Enumerable.Range(1, 100).Select(i => ZoneTable.Record(IPAddress.Parse($"198.51.100.{i}")))];
        return records;
    }

    private static ZoneRecord Alias(string target, string? owner) => new(DnsType.CName, [], target, owner);
}
