namespace Weir.Protocols.Ip;

/// <summary>The EtherTypes that Weir knows, host order.</summary>
public static class EtherTypes
{
    /// <summary>IPv4.</summary>
    public const ushort IPv4 = 0x0800;

    /// <summary>Address resolution for IPv4.</summary>
    public const ushort Arp = 0x0806;

    /// <summary>IPv6.</summary>
    public const ushort IPv6 = 0x86DD;
}
