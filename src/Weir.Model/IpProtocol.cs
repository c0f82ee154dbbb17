namespace Weir.Model;

/// <summary>Transport protocols that policy and flows know; IANA's numbers.</summary>
public enum IpProtocol : byte
{
    /// <summary>In a rule: any protocol, ICMP included. Never in a packet.</summary>
    Any = 0,

    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>ICMP for IPv6.</summary>
    IcmpV6 = 58,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}
