using Weir.Model;

namespace Weir.FlowLog.Store;

/// <summary>Numbers of the wire as the words that are stored, and back; what is not known is null, as every text that means none.</summary>
internal static class RowNames
{
    private static readonly string[] _reasons = [.. Enumerable.Range(0, 256).Select(r => ((DropReason)r).Name())];
    private static readonly string[] _verdicts = Words(6, v => Text(FlowNames.Of((Verdict)v)));
    private static readonly string[] _points = Words(102, p => Text(FlowNames.Of((ObservationPoint)p)));
    private static readonly string[] _tracking = Words(5, t => Text(FlowNames.Of((TraceReason)t)));

    public static string? Verdict(uint number) => Known(_verdicts, number);

    public static string Reason(uint number) => number < _reasons.Length ? _reasons[number] : "DROP_REASON_UNKNOWN";

    public static string? Direction(uint number) => number switch { 1 => "INGRESS", 2 => "EGRESS", _ => null };

    public static string? Point(uint number) => Known(_points, number);

    public static string? Tracking(uint number) => Known(_tracking, number);

    public static string? Protocol(uint number) => number switch
    {
        (uint)IpProtocol.Tcp => "TCP",
        (uint)IpProtocol.Udp => "UDP",
        (uint)IpProtocol.Sctp => "SCTP",
        (uint)IpProtocol.Icmp => "ICMPv4",
        (uint)IpProtocol.IcmpV6 => "ICMPv6",
        _ => null,
    };

    public static Verdict VerdictOf(string word) => (Verdict)Math.Max(0, Array.IndexOf(_verdicts, word));

    public static DropReason ReasonOf(string word) => word.Length == 0 ? DropReason.None : (DropReason)Math.Max(0, Array.IndexOf(_reasons, word));

    public static ObservationPoint PointOf(string word) => (ObservationPoint)Math.Max(0, Array.IndexOf(_points, word));

    public static TraceReason TrackingOf(string word) => (TraceReason)Math.Max(0, Array.IndexOf(_tracking, word));

    public static IpProtocol ProtocolOf(string word) => word switch
    {
        "TCP" => IpProtocol.Tcp,
        "UDP" => IpProtocol.Udp,
        "SCTP" => IpProtocol.Sctp,
        "ICMPv4" => IpProtocol.Icmp,
        "ICMPv6" => IpProtocol.IcmpV6,
        _ => default,
    };

    // The first of each list is the word for "unknown", which numbers without a name have too.
    private static string? Known(string[] words, uint number) => number < words.Length && words[number] != words[0] ? words[number] : null;

    private static string[] Words(int count, Func<int, string> word) => [.. Enumerable.Range(0, count).Select(word)];

    private static string Text(ReadOnlySpan<byte> ascii) => System.Text.Encoding.ASCII.GetString(ascii);
}
