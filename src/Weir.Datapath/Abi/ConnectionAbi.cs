using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct tuple</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TupleAbi
{
    /// <summary>The source.</summary>
    public AddressAbi Src;

    /// <summary>The destination.</summary>
    public AddressAbi Dst;

    /// <summary>Network order; for an ICMP query its identifier.</summary>
    public ushort SrcPort;

    /// <summary>Network order; for an ICMP query the request's type.</summary>
    public ushort DstPort;

    /// <summary>IANA's number.</summary>
    public byte Protocol;

    /// <summary>Zero.</summary>
    public ThreeBytesAbi Reserved;
}

/// <summary>Three bytes of nothing.</summary>
[InlineArray(3)]
internal struct ThreeBytesAbi
{
    private byte _first;
}

/// <summary><c>struct connection</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConnectionAbi
{
    /// <summary>Last packet.</summary>
    public ulong SeenNs;

    /// <summary>Last event.</summary>
    public ulong ReportedNs;

    /// <summary>The opener's packets since the last event.</summary>
    public ulong Packets;

    /// <summary>The opener's bytes since the last event.</summary>
    public ulong Bytes;

    /// <summary>The other side's packets.</summary>
    public ulong ReplyPackets;

    /// <summary>The other side's bytes.</summary>
    public ulong ReplyBytes;

    /// <summary>The service address, if translated.</summary>
    public AddressAbi Frontend;

    /// <summary>The service port, network order.</summary>
    public ushort FrontendPort;

    /// <summary><c>CONNECTION_*</c>.</summary>
    public ushort Flags;

    /// <summary>The opener's identity.</summary>
    public uint SrcIdentity;

    /// <summary>The other side's identity.</summary>
    public uint DstIdentity;

    /// <summary>The opener's endpoint; 0: none here.</summary>
    public uint SrcEndpoint;

    /// <summary>The other side's endpoint; 0: none here.</summary>
    public uint DstEndpoint;

    /// <summary>The egress table that decided.</summary>
    public uint EgressTable;

    /// <summary>The ingress table that decided.</summary>
    public uint IngressTable;

    /// <summary>What decided egress.</summary>
    public uint EgressRule;

    /// <summary>What decided ingress.</summary>
    public uint IngressRule;

    /// <summary>Match types: egress in the low nibble.</summary>
    public byte Match;

    /// <summary>Why it is denied, if it is.</summary>
    public byte Reason;

    /// <summary><c>EVENT_FLAG_*</c> of the last decision.</summary>
    public byte EventFlags;

    /// <summary>Zero.</summary>
    public byte Reserved;
}
