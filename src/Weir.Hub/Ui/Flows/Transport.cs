namespace Weir.Hub.Ui.Flows;

/// <summary>A transport protocol; numbers as the fields of Hubble's <c>flow.Layer4</c>.</summary>
internal enum Transport
{
    /// <summary>None, or none that is known.</summary>
    None = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    Udp = 2,

    /// <summary>ICMP of IPv4.</summary>
    IcmpV4 = 3,

    /// <summary>ICMP of IPv6.</summary>
    IcmpV6 = 4,

    /// <summary>SCTP.</summary>
    Sctp = 5,
}
