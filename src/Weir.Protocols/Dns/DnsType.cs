namespace Weir.Protocols.Dns;

/// <summary>Record types, with the numbers of the wire; one without a name here is carried all the same.</summary>
#pragma warning disable CA1028 // the wire has 16 bits
public enum DnsType : ushort
#pragma warning restore CA1028
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An IPv4 address, 4 bytes.</summary>
    A = 1,

    /// <summary>An authoritative server's name.</summary>
    NS = 2,

    /// <summary>Another name for this one.</summary>
    CName = 5,

    /// <summary>Start of authority: how long to remember that a name does not exist.</summary>
    Soa = 6,

    /// <summary>The name of an address.</summary>
    Ptr = 12,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>An IPv6 address, 16 bytes.</summary>
    Aaaa = 28,

    /// <summary>Host and port of a service.</summary>
    Srv = 33,

    /// <summary>Extension mechanisms (EDNS0), never an answer.</summary>
    Opt = 41,

    /// <summary>HTTPS service parameters.</summary>
    Https = 65,

    /// <summary>A question for every type.</summary>
    Any = 255,
}
