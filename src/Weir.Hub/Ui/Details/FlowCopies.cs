using System.Globalization;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary>A flow as questions that can be asked elsewhere.</summary>
internal static class FlowCopies
{
    /// <summary>As a command of Hubble's.</summary>
    public static string Hubble(Msg.Flow flow)
    {
        var words = new List<string> { "hubble observe" };
        words.Add(flow.Source is { PodName.Length: > 0 } from ? $"--from-pod {from.Namespace}/{from.PodName}" : $"--from-ip {flow.IP?.Source}");
        words.Add(flow.Destination is { PodName.Length: > 0 } to ? $"--to-pod {to.Namespace}/{to.PodName}" : $"--to-ip {flow.IP?.Destination}");
        if (PortOf(flow) is { } port) words.Add(string.Create(CultureInfo.InvariantCulture, $"--to-port {port.Number} --protocol {port.Protocol}"));
        words.Add($"--verdict {flow.Verdict.ToString().ToUpperInvariant()}");
        return string.Join(' ', words);
    }

    /// <summary>As KQL.</summary>
    public static string Kql(Msg.Flow flow)
    {
        var time = FlowTime.Of((flow.Time.Seconds * 1_000_000_000) + flow.Time.Nanos);
        var lines = new List<string>
        {
            "ContainerNetworkLogs",
            string.Create(CultureInfo.InvariantCulture, $"| where TimeGenerated between (datetime({time.AddMinutes(-5):yyyy-MM-ddTHH:mm:ssZ}) .. datetime({time.AddMinutes(5):yyyy-MM-ddTHH:mm:ssZ}))"),
            End("Source", flow.Source, flow.IP?.Source, "source"),
            End("Destination", flow.Destination, flow.IP?.Destination, "destination"),
            $"| where Verdict == \"{flow.Verdict.ToString().ToUpperInvariant()}\"",
            "| order by TimeGenerated desc",
        };
        return string.Join('\n', lines);
    }

    /// <summary>As a test of policies, for <c>weir policy test</c>.</summary>
    public static string PolicyTest(Msg.Flow flow)
    {
        var port = PortOf(flow) is { } p ? string.Create(CultureInfo.InvariantCulture, $"{p.Number}/{p.Protocol}") : "0/tcp";
        var ends = new[] { flow.Source, flow.Destination }.Where(e => e is { PodName.Length: > 0 }).DistinctBy(NameOf).ToList();
        var lines = new List<string> { "policies: []                   # the files of your policies: - file: policy.yaml", "endpoints:" };
        foreach (var end in ends)
        {
            var labels = end.Labels.Select(l => Label.Parse(l)).Where(l => l.Source == "k8s" && !l.Key.StartsWith("io.", StringComparison.Ordinal));
            lines.Add($"  - {{name: {NameOf(end)}, namespace: {end.Namespace}, labels: {{{string.Join(", ", labels.Select(l => $"{l.Key}: \"{l.Value}\""))}}}}}");
        }

        var said = flow.L7 switch
        {
            { Dns: { } dns } => $", asks: {dns.Query.TrimEnd('.')}",
            { Http: { } http } => $", http: {http.Method} {(Uri.TryCreate(http.Url, UriKind.Absolute, out var url) ? url.PathAndQuery : "/")}",
            _ => "",
        };
        lines.Add("tests:");
        lines.Add($"  - {{from: {Peer(flow.Source, flow.IP?.Source)}, to: {Peer(flow.Destination, flow.IP?.Destination)}, port: {port}{said}, expect: {(flow.Verdict == Msg.Verdict.Dropped ? "deny" : flow.Verdict == Msg.Verdict.Redirected ? "redirect" : "allow")}}}");
        return string.Join('\n', lines) + "\n";
    }

    private static string End(string column, Msg.Endpoint? end, string? ip, string key) => end is { PodName.Length: > 0 }
        ? $"| where {column}Namespace == \"{end.Namespace}\" and {column}PodName == \"{end.PodName}\""
        : $"| where tostring(IP.{key}) == \"{ip}\"";

    private static string Peer(Msg.Endpoint? end, string? ip) => end is { PodName.Length: > 0 } ? NameOf(end) : $"{{cidr: {ip}}}";

    private static string NameOf(Msg.Endpoint end) => end.Workloads.Count > 0 ? end.Workloads[0].Name : end.PodName;

    private static (uint Number, string Protocol)? PortOf(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => (tcp.DestinationPort, "tcp"),
        { UDP: { } udp } => (udp.DestinationPort, "udp"),
        { SCTP: { } sctp } => (sctp.DestinationPort, "sctp"),
        _ => null,
    };
}
