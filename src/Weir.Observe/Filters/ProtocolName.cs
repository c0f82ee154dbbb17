using Weir.Model;

namespace Weir.Observe.Filters;

/// <summary>A protocol as Hubble's <c>--protocol</c> spells it.</summary>
internal readonly record struct ProtocolName(string Name)
{
    private static readonly string[] _known = ["icmp", "icmpv4", "icmpv6", "tcp", "udp", "sctp", "vrrp", "igmp", "dns", "http", "kafka"];

    /// <exception cref="FilterException">The protocol is not known.</exception>
    public static ProtocolName Parse(string text)
    {
        var name = Array.Find(_known, k => k.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is not null
            ? new ProtocolName(name)
            : throw new FilterException($"protocol: '{text}' is not known; give one of {string.Join(", ", _known)}.");
    }

    public bool Matches(in Flow flow) => Name switch
    {
        "icmp" => flow.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6,
        "icmpv4" => flow.Protocol == IpProtocol.Icmp,
        "icmpv6" => flow.Protocol == IpProtocol.IcmpV6,
        "tcp" => flow.Protocol == IpProtocol.Tcp,
        "udp" => flow.Protocol == IpProtocol.Udp,
        "sctp" => flow.Protocol == IpProtocol.Sctp,
        "dns" => flow.Dns is not null,
        "http" => flow.Http is not null,

        // Known to Hubble, and never seen by Weir: these packets are dropped as unknown, and Kafka is not parsed.
        _ => false,
    };
}
