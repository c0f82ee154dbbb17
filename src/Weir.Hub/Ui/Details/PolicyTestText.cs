using System.Globalization;
using System.Text;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary>Flows as a test of policies, for <c>weir policy test</c>.</summary>
internal static class PolicyTestText
{
    private static readonly string[] _entities = ["host", "remote-node", "kube-apiserver", "health", "ingress"];

    /// <summary>The test.</summary>
    /// <param name="seen">Flows, none of them a reply, each with the verdict that it has to have: <c>allow</c>, <c>redirect</c> or <c>deny</c>.</param>
    /// <param name="policies">The texts of the policies under test; none where the reader has to name the files.</param>
    /// <param name="comment">What stands above it; empty for nothing.</param>
    public static string Of(IReadOnlyList<(Msg.Flow Flow, string Expect)> seen, IReadOnlyList<string> policies, string comment)
    {
        var text = new StringBuilder();
        if (comment.Length > 0) text.Append("# ").Append(comment).Append('\n');
        WritePolicies(text, policies);
        var names = new EndNames(seen.SelectMany(s => (Msg.Endpoint?[])[s.Flow.Source, s.Flow.Destination]));
        text.Append("endpoints:").Append(names.All.Count == 0 ? " []\n" : "\n");
        foreach (var end in names.All)
        {
            var labels = end.Labels.Select(l => Label.Parse(l)).Where(l => l.Source == "k8s" && !l.Key.StartsWith("io.", StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"  - {{name: {names.Of(end)}, namespace: {end.Namespace}, labels: {{{string.Join(", ", labels.Select(l => $"{l.Key}: \"{l.Value}\""))}}}}}\n");
        }

        var learned = seen.Where(s => s.Flow.DestinationNames.Count > 0 && s.Flow.IP is not null).SelectMany(s => s.Flow.DestinationNames.Select(n => (Name: n.TrimEnd('.'), Ip: s.Flow.IP.Destination))).Distinct().ToList();
        if (learned.Count > 0) text.Append("names:\n");
        foreach (var name in learned.GroupBy(l => l.Name, l => l.Ip)) text.Append(CultureInfo.InvariantCulture, $"  - {{name: {name.Key}, ips: [{string.Join(", ", name.Select(Quoted))}]}}\n");
        text.Append("tests:\n");
        foreach (var (flow, expect) in seen)
            text.Append(CultureInfo.InvariantCulture, $"  - {{from: {Peer(flow.Source, flow.IP?.Source)}, to: {Peer(flow.Destination, flow.IP?.Destination)}, port: {PortOf(flow)}{Said(flow)}, expect: {expect}}}\n");
        return text.ToString();

        string Peer(Msg.Endpoint? end, string? ip)
        {
            if (end is { PodName.Length: > 0 }) return names.Of(end);
            return new SecurityIdentity(end?.Identity ?? 0).ReservedName is { } entity && _entities.Contains(entity) ? $"{{entity: {entity}}}" : $"{{cidr: {Quoted(ip ?? "")}}}";
        }
    }

    /// <summary>What was asked, as a part of a test's line; empty where no proxy looked.</summary>
    public static string Said(Msg.Flow flow) => flow.L7 switch
    {
        { Dns: { } dns } => $", asks: {dns.Query.TrimEnd('.')}",
        { Http: { } http } => $", http: {Quoted($"{http.Method} {(Uri.TryCreate(http.Url, UriKind.Absolute, out var url) ? url.PathAndQuery : "/")}")}",
        _ => "",
    };

    /// <summary>The port that was addressed, such as <c>53/udp</c>.</summary>
    public static string PortOf(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => string.Create(CultureInfo.InvariantCulture, $"{tcp.DestinationPort}/tcp"),
        { UDP: { } udp } => string.Create(CultureInfo.InvariantCulture, $"{udp.DestinationPort}/udp"),
        { SCTP: { } sctp } => string.Create(CultureInfo.InvariantCulture, $"{sctp.DestinationPort}/sctp"),
        { ICMPv4: { } icmp } => string.Create(CultureInfo.InvariantCulture, $"{icmp.Type}/icmp"),
        { ICMPv6: { } icmp } => string.Create(CultureInfo.InvariantCulture, $"{icmp.Type}/icmpv6"),
        _ => "0/tcp",
    };

    private static void WritePolicies(StringBuilder text, IReadOnlyList<string> policies)
    {
        if (policies.Count == 0)
        {
            text.Append("policies: []                   # the files of your policies: - file: policy.yaml\n");
            return;
        }

        text.Append("policies:\n");
        foreach (var policy in policies)
        {
            var lead = "  - ";
            foreach (var line in policy.Split('\n'))
            {
                if (line.Length == 0) continue;
                text.Append(lead).Append(line).Append('\n');
                lead = "    ";
            }
        }
    }

    // Inside braces a text with a colon, a comma or a bracket would be read as something else.
    private static string Quoted(string text) => text.IndexOfAny([':', ',', '{', '}', '[', ']', '#', '"', ' ']) < 0 ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>What the test calls its pods: by workload, and by namespace too where two have the same.</summary>
    private sealed class EndNames
    {
        private readonly Dictionary<(string Namespace, string Name), Msg.Endpoint> _ends = [];

        public EndNames(IEnumerable<Msg.Endpoint?> ends)
        {
            foreach (var end in ends)
                if (end is { PodName.Length: > 0 }) _ends.TryAdd((end.Namespace, Short(end)), end);
        }

        public Dictionary<(string Namespace, string Name), Msg.Endpoint>.ValueCollection All => _ends.Values;

        public string Of(Msg.Endpoint end) => _ends.Keys.Count(k => k.Name == Short(end)) > 1 ? $"{Short(end)}-{end.Namespace}" : Short(end);

        private static string Short(Msg.Endpoint end) => end.Workloads.Count > 0 ? end.Workloads[0].Name : end.PodName;
    }
}
