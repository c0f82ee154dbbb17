using System.CommandLine;
using Weir.Observe.Wire.Flows;

namespace Weir.Cli.Observe;

/// <summary>The options of <c>weir observe</c> that choose flows, with Hubble's names and meaning.</summary>
internal static class FilterOptions
{
    private static readonly Option<string?> _namespace = new("--namespace", "-n") { Description = "Flows from or to this namespace" };
    private static readonly Option<string?> _fromNamespace = new("--from-namespace") { Description = "Flows from this namespace" };
    private static readonly Option<string?> _toNamespace = new("--to-namespace") { Description = "Flows to this namespace" };
    private static readonly Option<string[]> _pod = Many("--pod", "Flows from or to a pod: [namespace/]name-prefix");
    private static readonly Option<string[]> _fromPod = Many("--from-pod", "Flows from a pod");
    private static readonly Option<string[]> _toPod = Many("--to-pod", "Flows to a pod");
    private static readonly Option<string[]> _ip = Many("--ip", "Flows from or to an address or CIDR");
    private static readonly Option<string[]> _fromIp = Many("--from-ip", "Flows from an address or CIDR");
    private static readonly Option<string[]> _toIp = Many("--to-ip", "Flows to an address or CIDR");
    private static readonly Option<string[]> _label = Many("--label", "Flows from or to endpoints with these labels", "-l");
    private static readonly Option<string[]> _fromLabel = Many("--from-label", "Flows from endpoints with these labels");
    private static readonly Option<string[]> _toLabel = Many("--to-label", "Flows to endpoints with these labels");
    private static readonly Option<string[]> _port = Many("--port", "Flows from or to a port");
    private static readonly Option<string[]> _fromPort = Many("--from-port", "Flows from a port");
    private static readonly Option<string[]> _toPort = Many("--to-port", "Flows to a port");
    private static readonly Option<string[]> _verdict = Many("--verdict", "FORWARDED, DROPPED, REDIRECTED, ERROR, AUDIT");
    private static readonly Option<string[]> _protocol = Many("--protocol", "tcp, udp, icmp, icmpv4, icmpv6, sctp, dns, http");
    private static readonly Option<string[]> _type = Many("--type", "drop, trace, policy-verdict, l7", "-t");
    private static readonly Option<string?> _direction = new("--traffic-direction") { Description = "ingress or egress" };
    private static readonly Option<string[]> _node = Many("--node-name", "Flows seen on a node");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        _namespace, _fromNamespace, _toNamespace, _pod, _fromPod, _toPod, _ip, _fromIp, _toIp, _label, _fromLabel, _toLabel,
        _port, _fromPort, _toPort, _verdict, _protocol, _type, _direction, _node,
    ];

    /// <summary>The filters that the options stand for: their union is what is shown.</summary>
    /// <exception cref="UsageException">A value is not known.</exception>
    public static IReadOnlyList<FlowFilter> Compile(ParseResult parsed)
    {
        var common = new FlowFilter();
        common.SourcePod.AddRange(Pods(parsed, _fromPod, _fromNamespace));
        common.DestinationPod.AddRange(Pods(parsed, _toPod, _toNamespace));
        common.SourceIp.AddRange(Values(parsed, _fromIp));
        common.DestinationIp.AddRange(Values(parsed, _toIp));
        common.SourceLabel.AddRange(Values(parsed, _fromLabel));
        common.DestinationLabel.AddRange(Values(parsed, _toLabel));
        common.SourcePort.AddRange(Values(parsed, _fromPort));
        common.DestinationPort.AddRange(Values(parsed, _toPort));
        common.Protocol.AddRange(Values(parsed, _protocol));
        common.NodeName.AddRange(Values(parsed, _node));
        common.Verdict.AddRange(Values(parsed, _verdict).Select(v => EnumOf<Verdict>("--verdict", v)));
        common.EventType.AddRange(Values(parsed, _type).Select(EventTypeOf));
        if (parsed.GetValue(_direction) is { } direction)
            common.TrafficDirection.Add(EnumOf<TrafficDirection>("--traffic-direction", direction));

        // "From or to" doubles the filters: either side may match, and several such options must all hold.
        IReadOnlyList<FlowFilter> filters = [common];
        filters = Either(filters, Pods(parsed, _pod, _namespace), (f, v) => f.SourcePod.AddRange(v), (f, v) => f.DestinationPod.AddRange(v));
        filters = Either(filters, Values(parsed, _ip), (f, v) => f.SourceIp.AddRange(v), (f, v) => f.DestinationIp.AddRange(v));
        filters = Either(filters, Values(parsed, _label), (f, v) => f.SourceLabel.AddRange(v), (f, v) => f.DestinationLabel.AddRange(v));
        filters = Either(filters, Values(parsed, _port), (f, v) => f.SourcePort.AddRange(v), (f, v) => f.DestinationPort.AddRange(v));
        return filters is [var only] && only.Equals(new FlowFilter()) ? [] : filters;
    }

    private static Option<string[]> Many(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    private static string[] Values(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static string[] Pods(ParseResult parsed, Option<string[]> pods, Option<string?> ns)
    {
        var space = parsed.GetValue(ns);
        string[] names = Values(parsed, pods);
        if (names.Length == 0) return space is null ? [] : [space + "/"];
        return [.. names.Select(n => space is null || n.Contains('/', StringComparison.Ordinal) ? n : $"{space}/{n}")];
    }

    private static List<FlowFilter> Either(
        IReadOnlyList<FlowFilter> filters, string[] values, Action<FlowFilter, string[]> source, Action<FlowFilter, string[]> destination)
    {
        if (values.Length == 0) return [.. filters];
        var doubled = new List<FlowFilter>();
        foreach (var filter in filters)
        {
            var (from, to) = (filter.Clone(), filter.Clone());
            source(from, values);
            destination(to, values);
            doubled.Add(from);
            doubled.Add(to);
        }

        return doubled;
    }

    private static T EnumOf<T>(string option, string text) where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Convert.ToInt32(value, null) != 0
            ? value
            : throw new UsageException(
                $"{option}: '{text}' is not known; give one of {string.Join(", ", Enum.GetNames<T>().Skip(1).Select(n => n.ToUpperInvariant()))}.");

    private static EventTypeFilter EventTypeOf(string text) => new()
    {
        Type = text switch
        {
            "drop" => 1,
            "trace" => 4,
            "policy-verdict" => 5,
            "l7" => 129,
            _ => throw new UsageException($"--type: '{text}' is not known; give drop, trace, policy-verdict or l7."),
        },
    };
}
