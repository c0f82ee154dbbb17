using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Weir.Observe.Printing;
using Weir.Observe.Server;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Hubble;

/// <summary><c>weir status</c>: whether an observer is well, and how many flows it holds.</summary>
internal static class StatusCommand
{
    private const string None = "N/A";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var format = new Option<string>("--output", "-o") { Description = "One of compact, dict, json, table", DefaultValueFactory = _ => "compact" };
        return ServerCommand.Make("status", "Show whether an observer or relay is well", [format], async (server, channel, parsed, deadline, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var call = new CallOptions(server.Headers, deadline, cancellation);
            var health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = HubbleServer.HealthName }, call);
            var isWell = health.Status == HealthCheckResponse.Types.ServingStatus.Serving;
            if (parsed.GetValue(format) == "compact") output.Write($"Healthcheck (via {server.Address}): {(isWell ? "Ok" : $"Unavailable: {health.Status}")}\n");
            if (!isWell)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("weir status: not healthy");
                return 1;
            }

            var status = await new Observer.ObserverClient(channel).ServerStatusAsync(new ServerStatusRequest(), call);
            output.Write(Text(parsed.GetValue(format)!, status));
            return 0;
        });
    }

    /// <summary>The status in a format.</summary>
    internal static string Text(string format, ServerStatusResponse status) => format switch
    {
        "compact" => Compact(status),
        "dict" => string.Concat(Fields(status).Select(f => $"{f.Label,19}: {f.Value}\n")),
        "json" or "JSON" or "jsonpb" => HubbleJson.Of(status) + "\n",
        "tab" or "table" => Table(status),
        _ => throw new UsageException($"invalid output format: {format}"),
    };

    private static IEnumerable<(string Head, string Label, string Value)> Fields(ServerStatusResponse status)
    {
        yield return ("NUM FLOWS", "NUM FLOWS", DurationText.Grouped(status.NumFlows));
        yield return ("MAX FLOWS", "MAX FLOWS", DurationText.Grouped(status.MaxFlows));
        yield return ("SEEN FLOWS", "SEEN FLOWS", DurationText.Grouped(status.SeenFlows));
        yield return ("FLOWS PER SECOND", "FLOWS PER SECOND", status.FlowsRate > 0 ? Two(status.FlowsRate) : None);
        yield return ("UPTIME", "UPTIME", DurationText.Of(status.UptimeNs));
        yield return ("NUM CONNECTED NODES", "NUM CONNECTED NODES", status.NumConnectedNodes is { } c ? Number(c) : None);
        yield return ("NUM UNAVAILABLE NODES", "NUM UNAVAIL. NODES", status.NumUnavailableNodes is { } u ? Number(u) : None);
        yield return ("VERSION", "VERSION", status.Version);
    }

    private static string Table(ServerStatusResponse status)
    {
        var table = new TextTable();
        table.Add(Fields(status).Select(f => f.Head));
        table.Add(Fields(status).Select(f => f.Value));
        return table.ToString();
    }

    private static string Compact(ServerStatusResponse status)
    {
        var full = status.MaxFlows > 0 ? $" ({Two(100.0 * status.NumFlows / status.MaxFlows)}%)" : "";
        var uptime = status.UptimeNs / 1e9;
        var rate = status.FlowsRate > 0 ? Two(status.FlowsRate) : uptime > 0 ? Two(status.SeenFlows / uptime) : None;
        var text = $"Current/Max Flows: {DurationText.Grouped(status.NumFlows)}/{DurationText.Grouped(status.MaxFlows)}{full}\nFlows/s: {rate}\n";
        if (status.NumConnectedNodes is { } connected)
            text += $"Connected Nodes: {Number(connected)}{(status.NumUnavailableNodes is { } missing ? "/" + Number(connected + missing) : "")}\n";
        if (status.NumUnavailableNodes is not (> 0 and var unavailable)) return text;
        var names = status.UnavailableNodes.Order(StringComparer.Ordinal).ToList();
        if (unavailable > names.Count) names.Add($"and {Number((uint)(unavailable - names.Count))} more...");
        return text + $"Unavailable Nodes: {Number(unavailable)}\n{string.Concat(names.Select(n => $"  - {n}\n"))}";
    }

    private static string Two(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
