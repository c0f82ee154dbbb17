namespace Weir.Protocols.Ip;

/// <summary>IANA's protocol numbers, of transports and of IPv6 extension headers.</summary>
public static class TransportProtocol
{
    /// <summary>ICMP for IPv4.</summary>
    public const byte Icmp = 1;

    /// <summary>TCP.</summary>
    public const byte Tcp = 6;

    /// <summary>UDP.</summary>
    public const byte Udp = 17;

    /// <summary>ICMP for IPv6.</summary>
    public const byte IcmpV6 = 58;

    /// <summary>SCTP.</summary>
    public const byte Sctp = 132;

    internal const byte HopByHop = 0;
    internal const byte Routing = 43;
    internal const byte Fragment = 44;
    internal const byte Authentication = 51;
    internal const byte DestinationOptions = 60;
}
