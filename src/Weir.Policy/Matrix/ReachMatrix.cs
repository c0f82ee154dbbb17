using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Model;
using Weir.Policy.Testing;

namespace Weir.Policy.Matrix;

/// <summary>Who can reach whom on which port.</summary>
/// <param name="Cells">One for each pair and port, in a fixed order.</param>
public sealed record ReachMatrix(IReadOnlyList<MatrixCell> Cells)
{
    private static readonly CasePeer[] Others = [new(null, "host", null), new(null, "world", null)];

    /// <summary>Asks for every pair of pods, and for the host and the world, on every port that a policy or a pod names.</summary>
    /// <param name="world">The policies and pods.</param>
    /// <param name="ns">Only pairs with an end in this namespace; null for all.</param>
    public static ReachMatrix Build(CaseWorld world, string? ns = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        var engine = new CaseEngine(world);
        List<CasePeer> ends = [.. world.Endpoints.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => new CasePeer(e.Name, null, null)), .. Others];
        var ports = PortsOf(world);
        List<MatrixCell> cells = [];
        foreach (var source in ends)
        {
            foreach (var destination in ends)
            {
                if (source == destination || (source.Endpoint is null && destination.Endpoint is null)) continue;
                if (ns is not null && !IsIn(source, ns) && !IsIn(destination, ns)) continue;
                foreach (var (protocol, port) in ports)
                {
                    // Port 0 stands for those that nothing names; 1 is such a port unless something does name it.
                    var asked = port == 0 ? Unnamed(ports, protocol) : port;
                    cells.Add(new MatrixCell(source.ToString(), destination.ToString(), protocol, port, engine.Ask(new CaseFlow(source, destination, protocol, asked)).Verdict));
                }
            }
        }

        return new ReachMatrix(cells);
    }

    /// <summary>The cells that differ from another matrix: before and after. A cell that one of them lacks counts by its "other" port.</summary>
    public IReadOnlyList<(MatrixCell Before, MatrixCell After)> ChangesTo(ReachMatrix after)
    {
        ArgumentNullException.ThrowIfNull(after);
        var old = Cells.ToDictionary(c => (c.From, c.To, c.Protocol, c.Port));
        var fresh = after.Cells.ToDictionary(c => (c.From, c.To, c.Protocol, c.Port));
        List<(MatrixCell, MatrixCell)> changes = [];
        foreach (var key in old.Keys.Union(fresh.Keys))
        {
            var before = old.GetValueOrDefault(key) ?? old.GetValueOrDefault((key.From, key.To, key.Protocol, (ushort)0));
            var now = fresh.GetValueOrDefault(key) ?? fresh.GetValueOrDefault((key.From, key.To, key.Protocol, (ushort)0));
            if (before is null || now is null || before.Verdict == now.Verdict) continue;
            changes.Add((before with { Port = key.Port }, now with { Port = key.Port }));
        }

        return changes;
    }

    /// <summary>A table: one line for each pair that reaches anything.</summary>
    /// <remarks><c>*</c> marks a port behind a proxy; <c>all</c> is every port of every protocol.</remarks>
    public string ToText()
    {
        var rows = Cells.GroupBy(c => (c.From, c.To)).Select(g => (g.Key.From, g.Key.To, Ports: Ports([.. g]))).ToList();
        if (rows.Count == 0) return "There is nobody to reach: no pods are known.\n";
        int from = Math.Max(4, rows.Max(r => r.From.Length)), to = Math.Max(2, rows.Max(r => r.To.Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"FROM".PadRight(from)}  {"TO".PadRight(to)}  PORTS\n");
        foreach (var row in rows.Where(r => r.Ports.Length > 0)) text.Append(CultureInfo.InvariantCulture, $"{row.From.PadRight(from)}  {row.To.PadRight(to)}  {row.Ports}\n");
        var closed = rows.Count(r => r.Ports.Length == 0);
        return text.Append(CultureInfo.InvariantCulture, $"{closed} of {rows.Count} pairs reach nothing.\n").ToString();
    }

    /// <summary><c>{"cells":[{from,to,protocol,port,verdict}]}</c>; port 0 is every port that no other cell of the pair names.</summary>
    public string ToJson() => new JsonObject { ["cells"] = new JsonArray([.. Cells.Select(Json)]) }.ToJsonString() + "\n";

    /// <summary>The changes as text.</summary>
    public static string ChangesToText(IReadOnlyList<(MatrixCell Before, MatrixCell After)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var text = new StringBuilder();
        foreach (var (before, after) in changes)
            text.Append(CultureInfo.InvariantCulture, $"{(after.Verdict == "deny" ? "-" : before.Verdict == "deny" ? "+" : "~")} {before.From} -> {before.To} {before.PortText}: {before.Verdict} -> {after.Verdict}\n");
        return text.Append(CultureInfo.InvariantCulture, $"{changes.Count} cells changed.\n").ToString();
    }

    /// <summary>The changes as <c>{"changes":[{from,to,protocol,port,before,after}]}</c>.</summary>
    public static string ChangesToJson(IReadOnlyList<(MatrixCell Before, MatrixCell After)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return new JsonObject
        {
            ["changes"] = new JsonArray([.. changes.Select(c =>
            {
                var json = Json(c.Before);
                json.Remove("verdict");
                json["before"] = c.Before.Verdict;
                json["after"] = c.After.Verdict;
                return json;
            })]),
        }.ToJsonString() + "\n";
    }

    private static JsonObject Json(MatrixCell cell) => new()
    {
        ["from"] = cell.From,
        ["to"] = cell.To,
        ["protocol"] = cell.Protocol.ToString().ToUpperInvariant(),
        ["port"] = cell.Port,
        ["verdict"] = cell.Verdict,
    };

    private static string Ports(List<MatrixCell> cells)
    {
        if (cells.TrueForAll(c => c.Verdict == "allow")) return "all";
        var open = cells.Where(c => c.Verdict != "deny").Select(c => c.PortText + (c.Verdict == "redirect" ? "*" : "")).ToList();
        return string.Join(", ", open);
    }

    private static ushort Unnamed(List<(IpProtocol Protocol, ushort Port)> ports, IpProtocol protocol)
    {
        ushort port = 1;
        while (ports.Contains((protocol, port))) port++;
        return port;
    }

    private static bool IsIn(CasePeer peer, string ns) => peer.Endpoint?.StartsWith(ns + "/", StringComparison.Ordinal) == true;

    private static List<(IpProtocol Protocol, ushort Port)> PortsOf(CaseWorld world)
    {
        SortedSet<(IpProtocol, ushort)> ports = [(IpProtocol.Tcp, 0), (IpProtocol.Udp, 0)];
        foreach (var port in world.Endpoints.SelectMany(e => e.NamedPorts)) ports.Add((port.Protocol, port.Port));
        foreach (var range in world.Policies.SelectMany(p => p.Rules).SelectMany(r => (r.Ingress ?? []).Concat(r.IngressDeny ?? []).Concat(r.Egress ?? []).Concat(r.EgressDeny ?? []))
            .SelectMany(r => r.Ports ?? []).SelectMany(p => p.Ports))
        {
            if (range.Name is not null || range.First == 0) continue;
            foreach (var protocol in range.Protocol == IpProtocol.Any ? [IpProtocol.Tcp, IpProtocol.Udp] : new[] { range.Protocol })
            {
                ports.Add((protocol, range.First));
                ports.Add((protocol, range.Last));
            }
        }

        return [.. ports];
    }
}
