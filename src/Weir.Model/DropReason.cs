namespace Weir.Model;

/// <summary>Why a packet was dropped; numbers and names as in Hubble's <c>flow.DropReason</c>.</summary>
/// <remarks>The kernel writes these numbers: <c>bpf/abi.h</c> holds the same list, and a test compares them.</remarks>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None = 0,

    /// <summary>The source address is not the endpoint's own.</summary>
    InvalidSourceIp = 132,

    /// <summary>No rule allows it: default deny.</summary>
    PolicyDenied = 133,

    /// <summary>The packet contradicts itself.</summary>
    InvalidPacket = 134,

    /// <summary>The transport header is truncated or impossible.</summary>
    CtTruncatedOrInvalidHeader = 135,

    /// <summary>The transport protocol is none that connections are tracked for.</summary>
    CtUnknownL4Protocol = 137,

    /// <summary>Neither IPv4, IPv6 nor ARP.</summary>
    UnsupportedL3Protocol = 139,

    /// <summary>A tail call found no program.</summary>
    MissedTailCall = 140,

    /// <summary>The kernel refused to write to the packet.</summary>
    ErrorWritingToPacket = 141,

    /// <summary>The transport protocol is not known.</summary>
    UnknownL4Protocol = 142,

    /// <summary>The connection table is full.</summary>
    CtMapInsertionFailed = 155,

    /// <summary>An IPv6 extension header is malformed.</summary>
    InvalidIPv6ExtensionHeader = 156,

    /// <summary>Fragments are not supported here.</summary>
    IpFragmentationNotSupported = 157,

    /// <summary>The service has no backend.</summary>
    ServiceBackendNotFound = 158,

    /// <summary>There are no tables to decide with yet.</summary>
    NoConfiguration = 165,

    /// <summary>The first fragment of this datagram was not seen.</summary>
    FirstFragmentNotFound = 175,

    /// <summary>The redirect found no proxy listening.</summary>
    SocketLookupFailed = 178,

    /// <summary>The redirect could not hand the packet to the proxy's socket.</summary>
    SocketAssignFailed = 179,

    /// <summary>This protocol cannot be redirected to a proxy.</summary>
    ProxyRedirectionNotSupported = 180,

    /// <summary>A deny rule matches.</summary>
    PolicyDeny = 181,

    /// <summary>The endpoint is not ready.</summary>
    EndpointNotReady = 203,

    /// <summary>The established connection must now pass a proxy and was reset.</summary>
    PuntProxy = 205,
}
