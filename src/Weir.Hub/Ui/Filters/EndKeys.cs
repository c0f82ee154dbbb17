using System.Globalization;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Filters;

/// <summary>The properties that each end of a flow has.</summary>
internal static class EndKeys
{
    private static readonly string[] _reserved = [.. Enumerable.Range(1, 10).Select(n => new SecurityIdentity((uint)n).ReservedName!)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FilterKey> All { get; } =
    [
        new("pod", "a pod, as namespace/name or the beginning of it", "pets/store-front")
        {
            OfEnd = Pod,
            Push = (filter, isSource, value) => Add(value, isSource ? filter.SourcePod : filter.DestinationPod, v => v.Contains('/', StringComparison.Ordinal) ? v : "/" + v),
        },
        new("namespace", "a namespace", "pets")
        {
            OfEnd = value => { var glob = new Glob(value); return (in FlowView flow, bool isSource) => glob.IsMatch((isSource ? flow.Source : flow.Destination).Namespace); },
            Push = (filter, isSource, value) => Add(value, isSource ? filter.SourcePod : filter.DestinationPod, v => v + "/"),
        },
        new("workload", "what made a pod, as namespace/name or name", "pets/store-front") { OfEnd = Workload },
        new("label", "a label, as key or key=value", "app=store-front") { OfEnd = Label },
        new("ip", "an address or a CIDR", "10.0.0.0/8")
        {
            OfEnd = Ip,
            Push = (filter, isSource, value) => Add(value, isSource ? filter.SourceIp : filter.DestinationIp, v => v),
        },
        new("port", "a port", "3002")
        {
            OfEnd = value =>
            {
                var port = Number(value, "a port", 65535);
                return (in FlowView flow, bool isSource) => flow.Protocol is Transport.Tcp or Transport.Udp or Transport.Sctp && (isSource ? flow.SourcePort : flow.DestinationPort) == port;
            },
            Push = (filter, isSource, value) => Add(value, isSource ? filter.SourcePort : filter.DestinationPort, v => v),
        },
        new("identity", "a security identity, as a number or a name such as world", "world") { OfEnd = Identity, Values = _reserved },
        new("dns", "a DNS name: of the address, or the one asked for", "*.microsoft.com") { OfEnd = Dns },
        new("service", "a service, as namespace/name or name", "pets/store-front") { OfEnd = Service },
    ];

    private static EndTest Pod(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var ns = slash > 0 ? new Glob(value[..slash]) : null;
        var name = new Glob(value[(slash + 1)..] + "*");
        return (in FlowView flow, bool isSource) =>
        {
            var end = isSource ? flow.Source : flow.Destination;
            return !end.Pod.IsEmpty && (ns is null || ns.IsMatch(end.Namespace)) && name.IsMatch(end.Pod);
        };
    }

    private static EndTest Workload(string value)
    {
        var parts = value.Split('/');
        var ns = parts.Length > 1 ? new Glob(parts[0]) : null;
        var kind = parts.Length > 2 ? new Glob(parts[1]) : null;
        var name = new Glob(parts[^1]);
        return (in FlowView flow, bool isSource) =>
        {
            var end = isSource ? flow.Source : flow.Destination;
            return !end.Workload.IsEmpty && name.IsMatch(end.Workload) && (ns is null || ns.IsMatch(end.Namespace)) && (kind is null || kind.IsMatch(end.WorkloadKind));
        };
    }

    private static EndTest Label(string value)
    {
        var hasValue = value.Contains('=', StringComparison.Ordinal);
        var hasSource = value.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !value[..colon].Contains('=', StringComparison.Ordinal);
        var glob = new Glob(value);
        return (in FlowView flow, bool isSource) =>
        {
            var fields = new WireFields((isSource ? flow.Source : flow.Destination).Message);
            while (fields.TryNext(out var field, out _, out var label))
            {
                if (field != Msg.Endpoint.LabelsFieldNumber) continue;
                if (!hasSource) label = label[(label.IndexOf((byte)':') + 1)..];
                if (!hasValue && label.IndexOf((byte)'=') is var equals and >= 0) label = label[..equals];
                if (glob.IsMatch(label)) return true;
            }

            return false;
        };
    }

    private static EndTest Ip(string value)
    {
        if (!IpPrefix.TryParse(value, out var prefix)) throw new FormatException($"'{value}' is no address and no CIDR; write 10.0.0.1 or 10.0.0.0/8.");
        return (in FlowView flow, bool isSource) =>
        {
            Span<char> text = stackalloc char[64];
            var bytes = isSource ? flow.SourceIp : flow.DestinationIp;
            return bytes.Length is > 0 and <= 64 && System.Text.Encoding.ASCII.GetChars(bytes, text) is var length && IpAddress.TryParse(text[..length], out var address) && prefix.Contains(address);
        };
    }

    private static EndTest Identity(string value)
    {
        var named = Array.IndexOf(_reserved, value.ToLowerInvariant());
        var number = named >= 0 ? named + 1 : Number(value, $"an identity (a number, or {string.Join(", ", _reserved)})", uint.MaxValue);
        if (named >= 0) value = _reserved[named];
        return named < 0
            ? (in FlowView flow, bool isSource) => (isSource ? flow.Source : flow.Destination).Identity == number
            : (in FlowView flow, bool isSource) => (isSource ? flow.Source : flow.Destination).Entity == value;
    }

    private static EndTest Dns(string value)
    {
        var glob = new Glob(value.TrimEnd('.'), ignoreCase: true);
        return (in FlowView flow, bool isSource) =>
        {
            if (!isSource && glob.IsMatch(flow.L7.Query) && flow.L7.IsDns) return true;
            var wanted = isSource ? Msg.Flow.SourceNamesFieldNumber : Msg.Flow.DestinationNamesFieldNumber;
            var fields = new WireFields(flow.Message);
            while (fields.TryNext(out var field, out _, out var name))
                if (field == wanted && glob.IsMatch(name.TrimEnd((byte)'.'))) return true;
            return false;
        };
    }

    private static EndTest Service(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var ns = slash > 0 ? new Glob(value[..slash]) : null;
        var name = new Glob(value[(slash + 1)..]);
        return (in FlowView flow, bool isSource) =>
        {
            var service = isSource ? flow.SourceService : flow.DestinationService;
            return !service.IsEmpty && name.IsMatch(Wire.Text(service, Msg.Service.NameFieldNumber)) && (ns is null || ns.IsMatch(Wire.Text(service, Msg.Service.NamespaceFieldNumber)));
        };
    }

    private static long Number(string value, string what, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : throw new FormatException($"'{value}' is not {what}; 0 to {most} are.");

    private static bool Add(string value, Google.Protobuf.Collections.RepeatedField<string> to, Func<string, string> form)
    {
        if (value.Contains('*', StringComparison.Ordinal)) return false;
        to.Add(form(value));
        return true;
    }
}
