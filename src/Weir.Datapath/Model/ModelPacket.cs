using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>What is known about the packet at hand: <c>struct packet</c> of bpf/packet.h. One is used again and again.</summary>
internal sealed class ModelPacket
{
    /// <summary>The packet's direction, after service translation.</summary>
    public ConnectionTuple Tuple { get; set; }

    /// <summary>Of an ICMP error: the packet that it is about.</summary>
    public ConnectionTuple Inner { get; set; }

    /// <summary>Of the connection.</summary>
    public ConnectionTuple Key { get; set; }

    /// <summary>As it arrived.</summary>
    public ConnectionTuple Wire { get; set; }

    /// <summary>Whose interface this is; null: the uplink.</summary>
    public EndpointSpec? Endpoint { get; set; }

    /// <summary>A new connection, or the new verdict of an old one.</summary>
    public Connection Fresh { get; } = new();

    public PacketHeader Header { get; set; }

    public ulong Now { get; set; }

    /// <summary>From the IP header on, padding included.</summary>
    public uint Bytes { get; set; }

    public bool IsLaterFragment { get; set; }

    public bool IsFirstFragment { get; set; }

    /// <summary>Neighbour discovery or multicast listener talk.</summary>
    public bool IsNeighbourTalk { get; set; }

    /// <summary>Whether <see cref="Inner"/> is valid.</summary>
    public bool IsIcmpError { get; set; }

    /// <summary>An answer to an ICMP query.</summary>
    public bool IsIcmpReply { get; set; }

    /// <summary>The destination was a service; its backend stands in <see cref="Tuple"/>.</summary>
    public bool IsTranslated { get; set; }

    /// <summary>And the backend is the sender itself.</summary>
    public bool IsHairpin { get; set; }

    public byte TcpFlags { get; set; }

    public byte IcmpType { get; set; }

    public byte IcmpCode { get; set; }

    /// <summary>Whether this packet's source is the key's source.</summary>
    public bool IsKeySource { get; set; }

    /// <summary>Whether the packet runs against the connection's opening.</summary>
    public bool IsReply { get; set; }

    /// <summary>A drop by the source's own policy.</summary>
    public bool IsEgressDrop { get; set; }

    public ushort ProxyPort { get; set; }

    /// <summary>Whether <see cref="Endpoint"/> is the receiver, else the sender.</summary>
    public bool EndpointReceives { get; set; }

    /// <summary>Whether this is a TCP packet that opens a connection.</summary>
    public bool IsOpening => (TcpFlags & 0x12) == 0x02;

    /// <summary>The port that policy speaks about: the destination's, or the ICMP type.</summary>
    public ushort PolicyPort => Tuple.IsIcmp ? IcmpType : Tuple.DestinationPort;

    /// <summary>The number of the endpoint whose interface this is; 0: the uplink.</summary>
    public uint EndpointId => Endpoint?.Id ?? 0;

    private static readonly Connection s_blank = new();

    /// <summary>Forgets the packet before.</summary>
    public void Reset(ulong now, uint bytes, EndpointSpec? endpoint)
    {
        (Tuple, Inner, Key, Wire) = (default, default, default, default);
        (Endpoint, Header, Now, Bytes) = (endpoint, default, now, bytes);
        (IsLaterFragment, IsFirstFragment, IsNeighbourTalk, IsIcmpError, IsIcmpReply) = (false, false, false, false, false);
        (IsTranslated, IsHairpin, TcpFlags, IcmpType, IcmpCode) = (false, false, 0, 0, 0);
        (IsKeySource, IsReply, IsEgressDrop, EndpointReceives, ProxyPort) = (false, false, false, false, 0);
        Fresh.CopyFrom(s_blank);
    }

    /// <summary>The source address of a header.</summary>
    public static IpAddress SourceOf(in PacketHeader header) => new(header.SourceHigh, header.SourceLow);

    /// <summary>The destination address of a header.</summary>
    public static IpAddress DestinationOf(in PacketHeader header) => new(header.DestinationHigh, header.DestinationLow);
}
