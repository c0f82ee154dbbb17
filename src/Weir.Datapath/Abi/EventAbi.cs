using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct event</c> of bpf/abi.h, byte for byte; ports are in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventAbi
{
    /// <summary>CLOCK_BOOTTIME, nanoseconds.</summary>
    public ulong TimeNs;

    /// <summary>Packets of the opening direction since the connection's last event.</summary>
    public ulong Packets;

    /// <summary>Bytes of the opening direction, IP headers included.</summary>
    public ulong Bytes;

    /// <summary>Packets of the other direction.</summary>
    public ulong ReplyPackets;

    /// <summary>Bytes of the other direction.</summary>
    public ulong ReplyBytes;

    /// <summary>The sender's address.</summary>
    public AddressAbi Src;

    /// <summary>The receiver's address, after service translation.</summary>
    public AddressAbi Dst;

    /// <summary>The service address before translation.</summary>
    public AddressAbi Frontend;

    /// <summary>The sender's port; for ICMP the type.</summary>
    public ushort SrcPort;

    /// <summary>The receiver's port; for ICMP the code.</summary>
    public ushort DstPort;

    /// <summary>The service port before translation.</summary>
    public ushort FrontendPort;

    /// <summary>Where a redirected packet went.</summary>
    public ushort ProxyPort;

    /// <summary>The sender's identity.</summary>
    public uint SrcIdentity;

    /// <summary>The receiver's identity.</summary>
    public uint DstIdentity;

    /// <summary>The sender's endpoint; 0 where it is not on this node.</summary>
    public uint SrcEndpoint;

    /// <summary>The receiver's endpoint; 0 where it is not on this node.</summary>
    public uint DstEndpoint;

    /// <summary>What decided egress; 0 is no policy.</summary>
    public uint EgressRule;

    /// <summary>What decided ingress; 0 is no policy.</summary>
    public uint IngressRule;

    /// <summary>The interface.</summary>
    public uint Ifindex;

    /// <summary>Equal drops not reported since the last report.</summary>
    public uint Suppressed;

    /// <summary><c>enum event_kind</c>.</summary>
    public byte Kind;

    /// <summary><c>enum event_verdict</c>.</summary>
    public byte Verdict;

    /// <summary>The drop reason, 0 if none.</summary>
    public byte Reason;

    /// <summary>IANA's protocol number.</summary>
    public byte Protocol;

    /// <summary>TCP flags.</summary>
    public byte TcpFlags;

    /// <summary>The observation point.</summary>
    public byte Point;

    /// <summary><c>EVENT_FLAG_*</c>.</summary>
    public byte Flags;

    /// <summary>Policy match types: egress in the low nibble, ingress in the high one.</summary>
    public byte Match;
}
