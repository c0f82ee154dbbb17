using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Weir.Observe.Printing;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;
using HubbleNode = Weir.Observe.Wire.Observers.Node;

namespace Weir.Cli.Hubble;

/// <summary><c>weir list nodes</c> and <c>weir list namespaces</c>.</summary>
internal static class ListCommand
{
    private const string None = "N/A";
    private static readonly System.Text.Json.JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var nodes = Make("nodes", "List the nodes, as a relay sees them", async (client, format, call) =>
        {
            var answer = (await client.GetNodesAsync(new GetNodesRequest(), call)).Nodes.OrderBy(n => n.Name, StringComparer.Ordinal).ToList();
            return format == "json" ? Json(answer) : Nodes(answer, format == "wide");
        });
        nodes.Aliases.Add("node");
        var namespaces = Make("namespaces", "List the namespaces that flows were seen of", async (client, format, call) =>
        {
            var answer = (await client.GetNamespacesAsync(new GetNamespacesRequest(), call)).Namespaces;
            return format == "json" ? Json(answer) : Namespaces(answer, format == "wide");
        });
        return new Command("list", "List nodes or namespaces") { nodes, namespaces };
    }

    /// <summary>The nodes as a table.</summary>
    internal static string Nodes(IEnumerable<HubbleNode> nodes, bool isWide)
    {
        var table = new TextTable();
        string[] more = isWide ? ["VERSION", "ADDRESS", "TLS"] : [];
        table.Add(["NAME", "STATUS", "AGE", "FLOWS/S", "CURRENT/MAX-FLOWS", .. more]);
        foreach (var node in nodes)
        {
            // Whole seconds, halves away from zero.
            var seconds = (node.UptimeNs + 500_000_000) / 1_000_000_000;
            string[] cells =
            [
                node.Name,
                StateOf(node.State),
                seconds > 0 ? DurationText.Of(seconds * 1_000_000_000) : None,
                seconds > 0 ? (node.SeenFlows / (double)seconds).ToString("0.00", CultureInfo.InvariantCulture) : None,
                node.MaxFlows == 0 ? None : string.Create(CultureInfo.InvariantCulture, $"{node.NumFlows}/{node.MaxFlows} ({100.0 * node.NumFlows / node.MaxFlows,6:0.00}%)"),
            ];
            more = isWide ? [node.Version.Length > 0 ? node.Version : None, node.Address, node.Tls is { } tls ? tls.Enabled ? "Enabled" : "Disabled" : None] : [];
            table.Add([.. cells, .. more]);
        }

        return table.ToString();
    }

    private static string Namespaces(IEnumerable<Namespace> namespaces, bool isWide)
    {
        var table = new TextTable();
        table.Add(isWide ? ["NAMESPACE", "CLUSTER"] : ["NAMESPACE"]);
        foreach (var ns in namespaces) table.Add(isWide && ns.Cluster.Length > 0 ? [ns.Namespace_, ns.Cluster] : [ns.Namespace_]);
        return table.ToString();
    }

    private static string Json(IEnumerable<IMessage> messages)
    {
        using var document = System.Text.Json.JsonDocument.Parse($"[{string.Join(',', messages.Select(HubbleJson.Of))}]");
        return System.Text.Json.JsonSerializer.Serialize(document.RootElement, _indented) + "\n";
    }

    private static string StateOf(NodeState state) => state switch
    {
        NodeState.NodeConnected => "Connected",
        NodeState.NodeUnavailable => "Unavailable",
        NodeState.NodeGone => "Gone",
        NodeState.NodeError => "Error",
        _ => "Unknown",
    };

    private static Command Make(string name, string description, Func<Observer.ObserverClient, string, CallOptions, Task<string>> list)
    {
        var format = new Option<string>("--output", "-o") { Description = "One of table, wide, json", DefaultValueFactory = _ => "table" };
        return ServerCommand.Make(name, description, [format], async (server, channel, parsed, deadline, cancellation) =>
        {
            var wanted = parsed.GetValue(format)!;
            if (wanted is not ("table" or "wide" or "json")) throw new UsageException($"unknown output format: {wanted}");
            parsed.InvocationConfiguration.Output.Write(
                await list(new Observer.ObserverClient(channel), wanted, new CallOptions(server.Headers, deadline, cancellation)));
            return 0;
        });
    }
}
