using System.Globalization;
using Weir.Hub.Ui.Flows;
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
    public static string PolicyTest(Msg.Flow flow) =>
        PolicyTestText.Of([(flow, flow.Verdict switch { Msg.Verdict.Dropped => "deny", Msg.Verdict.Redirected => "redirect", _ => "allow" })], [], "");

    private static string End(string column, Msg.Endpoint? end, string? ip, string key) => end is { PodName.Length: > 0 }
        ? $"| where {column}Namespace == \"{end.Namespace}\" and {column}PodName == \"{end.PodName}\""
        : $"| where tostring(IP.{key}) == \"{ip}\"";

    private static (uint Number, string Protocol)? PortOf(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => (tcp.DestinationPort, "tcp"),
        { UDP: { } udp } => (udp.DestinationPort, "udp"),
        { SCTP: { } sctp } => (sctp.DestinationPort, "sctp"),
        _ => null,
    };
}
