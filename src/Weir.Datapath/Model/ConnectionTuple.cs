using System.Buffers.Binary;
using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>A packet's own five numbers, or the key of a connection: <c>struct tuple</c> of bpf/abi.h, in host order.</summary>
/// <param name="Source">The source.</param>
/// <param name="Destination">The destination.</param>
/// <param name="SourcePort">The source port; for an ICMP query the identifier.</param>
/// <param name="DestinationPort">The destination port; for an ICMP query the request's type.</param>
/// <param name="Protocol">IANA's number.</param>
internal readonly record struct ConnectionTuple(
    IpAddress Source, IpAddress Destination, ushort SourcePort, ushort DestinationPort, byte Protocol)
{
    /// <summary>Whether the protocol is ICMP of either family.</summary>
    public bool IsIcmp => Protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6;

    /// <summary>The key of the tuple's connection, the same for both directions; as <c>connection_key</c> of bpf/conntrack.h.</summary>
    /// <param name="isIcmpReply">Whether this is the answer to an ICMP query: the asker comes first.</param>
    /// <param name="isSource">Whether the tuple's source is the key's source.</param>
    public ConnectionTuple ToKey(bool isIcmpReply, out bool isSource)
    {
        if (IsIcmp)
        {
            isSource = !isIcmpReply;
            return isSource ? this : this with { Source = Destination, Destination = Source };
        }

        isSource = !ComparesHigher();
        return isSource ? this : new ConnectionTuple(Destination, Source, DestinationPort, SourcePort, Protocol);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Protocol} {Source} {SourcePort} > {Destination} {DestinationPort}";

    // The kernel compares the bytes as they lie in memory, as little-endian numbers.
    private bool ComparesHigher()
    {
        if (Source.High != Destination.High) return Swap(Source.High) > Swap(Destination.High);
        if (Source.Low != Destination.Low) return Swap(Source.Low) > Swap(Destination.Low);
        return BinaryPrimitives.ReverseEndianness(SourcePort) > BinaryPrimitives.ReverseEndianness(DestinationPort);
    }

    private static ulong Swap(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
