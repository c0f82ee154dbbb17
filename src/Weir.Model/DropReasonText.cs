namespace Weir.Model;

/// <summary>The two spellings of a drop reason that users know.</summary>
public static class DropReasonText
{
    /// <summary>The name in Hubble's enum, such as <c>POLICY_DENIED</c>.</summary>
    public static string Name(this DropReason reason) => Spell(reason).Name;

    /// <summary>The text that <c>hubble observe</c> prints, such as <c>Policy denied</c>.</summary>
    public static string Text(this DropReason reason) => Spell(reason).Text;

    private static (string Name, string Text) Spell(DropReason reason) => reason switch
    {
        DropReason.InvalidSourceIp => ("INVALID_SOURCE_IP", "Invalid source ip"),
        DropReason.PolicyDenied => ("POLICY_DENIED", "Policy denied"),
        DropReason.InvalidPacket => ("INVALID_PACKET_DROPPED", "Invalid packet"),
        DropReason.CtTruncatedOrInvalidHeader => ("CT_TRUNCATED_OR_INVALID_HEADER", "CT: Truncated or invalid header"),
        DropReason.CtUnknownL4Protocol => ("CT_UNKNOWN_L4_PROTOCOL", "CT: Unknown L4 protocol"),
        DropReason.UnsupportedL3Protocol => ("UNSUPPORTED_L3_PROTOCOL", "Unsupported L3 protocol"),
        DropReason.MissedTailCall => ("MISSED_TAIL_CALL", "Missed tail call"),
        DropReason.ErrorWritingToPacket => ("ERROR_WRITING_TO_PACKET", "Error writing to packet"),
        DropReason.UnknownL4Protocol => ("UNKNOWN_L4_PROTOCOL", "Unknown L4 protocol"),
        DropReason.CtMapInsertionFailed => ("CT_MAP_INSERTION_FAILED", "CT: Map insertion failed"),
        DropReason.InvalidIPv6ExtensionHeader => ("INVALID_IPV6_EXTENSION_HEADER", "Invalid IPv6 extension header"),
        DropReason.IpFragmentationNotSupported => ("IP_FRAGMENTATION_NOT_SUPPORTED", "IP fragmentation not supported"),
        DropReason.ServiceBackendNotFound => ("SERVICE_BACKEND_NOT_FOUND", "Service backend not found"),
        DropReason.NoConfiguration =>
            ("NO_CONFIGURATION_AVAILABLE_TO_PERFORM_POLICY_DECISION", "No configuration available to perform policy decision"),
        DropReason.FirstFragmentNotFound =>
            ("FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND", "First logical datagram fragment not found"),
        DropReason.SocketLookupFailed => ("SOCKET_LOOKUP_FAILED", "Socket lookup failed"),
        DropReason.SocketAssignFailed => ("SOCKET_ASSIGN_FAILED", "Socket assign failed"),
        DropReason.ProxyRedirectionNotSupported =>
            ("PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL", "Proxy redirection not supported for protocol"),
        DropReason.PolicyDeny => ("POLICY_DENY", "Policy denied by denylist"),
        DropReason.EndpointNotReady => ("DROP_EP_NOT_READY", "Endpoint not ready"),
        DropReason.PuntProxy => ("DROP_PUNT_PROXY", "Punt to proxy"),
        _ => ("DROP_REASON_UNKNOWN", "Unknown reason"),
    };
}
