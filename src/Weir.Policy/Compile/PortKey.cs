using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>A <see cref="PolicyKey"/> without its peer.</summary>
internal readonly record struct PortKey(IpProtocol Protocol, ushort Port, byte Bits)
{
    public static PortKey Everything { get; } = new(IpProtocol.Any, 0, 0);

    public PolicyKey For(SecurityIdentity peer) => new(peer, Protocol, Port, Bits);

    /// <summary>The wider key that has only the first <paramref name="bits"/> bits of the port.</summary>
    public PortKey Widen(int bits) => new(Protocol, Mask(Port, bits), (byte)bits);

    public static ushort Mask(ushort port, int bits) => bits == 0 ? (ushort)0 : (ushort)(port & (0xffff << (16 - bits)));

    /// <summary>The fewest keys that together are one range of ports; at most 30.</summary>
    public static IEnumerable<PortKey> Cover(IpProtocol protocol, ushort first, ushort last)
    {
        if (first == 0 && last is 0 or ushort.MaxValue)
        {
            yield return new PortKey(protocol, 0, 0);
            yield break;
        }

        for (int at = first; at <= last;)
        {
            // The widest block that starts here: as aligned as the start is, and no longer than what is left.
            var size = at == 0 ? 1 << 16 : at & -at;
            while (at + size - 1 > last) size >>= 1;
            yield return new PortKey(protocol, (ushort)at, (byte)(16 - System.Numerics.BitOperations.Log2((uint)size)));
            at += size;
        }
    }
}
