using System.Globalization;
using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads <c>toPorts</c> and <c>icmps</c>.</summary>
internal static class PortReader
{
    private const int MaxPorts = 40;

    private static readonly Dictionary<string, (byte V4, byte V6)> IcmpNames = new(StringComparer.Ordinal)
    {
        // 255 marks a name that the family does not have. IANA's ICMP and ICMPv6 type registries.
        ["EchoReply"] = (0, 129),
        ["DestinationUnreachable"] = (3, 1),
        ["Redirect"] = (5, 137),
        ["Echo"] = (8, 128),
        ["EchoRequest"] = (8, 128),
        ["RouterAdvertisement"] = (9, 134),
        ["RouterSelection"] = (10, 255),
        ["RouterSolicitation"] = (255, 133),
        ["TimeExceeded"] = (11, 3),
        ["ParameterProblem"] = (12, 4),
        ["Timestamp"] = (13, 255),
        ["TimestampReply"] = (14, 255),
        ["Photuris"] = (40, 255),
        ["ExtendedEcho Request"] = (42, 160),
        ["ExtendedEchoRequest"] = (42, 160),
        ["ExtendedEcho Reply"] = (43, 161),
        ["ExtendedEchoReply"] = (43, 161),
        ["PacketTooBig"] = (255, 2),
        ["MulticastListenerQuery"] = (255, 130),
        ["MulticastListenerReport"] = (255, 131),
        ["MulticastListenerDone"] = (255, 132),
        ["NeighborSolicitation"] = (255, 135),
        ["NeighborAdvertisement"] = (255, 136),
        ["RedirectMessage"] = (255, 137),
        ["RouterRenumbering"] = (255, 138),
        ["ICMPNodeInformationQuery"] = (255, 139),
        ["ICMPNodeInformationResponse"] = (255, 140),
        ["InverseNeighborDiscoverySolicitation"] = (255, 141),
        ["InverseNeighborDiscoveryAdvertisement"] = (255, 142),
        ["HomeAgentAddressDiscoveryRequest"] = (255, 144),
        ["HomeAgentAddressDiscoveryReply"] = (255, 145),
        ["MobilePrefixSolicitation"] = (255, 146),
        ["MobilePrefixAdvertisement"] = (255, 147),
        ["DuplicateAddressRequestCodeSuffix"] = (255, 157),
        ["DuplicateAddressConfirmationCodeSuffix"] = (255, 158),
    };

    /// <summary>One item of <c>toPorts</c>.</summary>
    public static PortRule? Read(Field field, bool ingress, bool deny)
    {
        if (!field.IsObject()) return null;
        if (deny) field.Only("ports");
        else field.Only("ports", "rules", "serverNames", "listener", "terminatingTLS", "originatingTLS");
        var items = field["ports"].Items() ?? [];
        if (items.Count > MaxPorts) field["ports"].Invalid($"Found {items.Count} ports; at most {MaxPorts} are allowed. Use endPort for ranges, or more items of toPorts.");
        List<PortRange> ports = [];
        foreach (var item in items)
        {
            if (ReadPort(item) is { } port) ports.Add(port);
        }

        if (deny) return new PortRule(ports);
        foreach (var tls in new[] { field["terminatingTLS"], field["originatingTLS"] })
        {
            if (!tls.IsMissing) tls.Unsupported("Weir does not terminate or originate TLS. Remove the field; serverNames decide by name without it.");
        }

        var listener = field["listener"];
        if (!listener.IsMissing && ingress) listener.Invalid("A listener is allowed on egress only.");
        if (!listener.IsMissing) listener.Unsupported("Weir has no listeners of the user's own. Remove the field.");
        return new PortRule(ports) { L7 = L7Reader.Read(field, ports, ingress) };
    }

    /// <summary>The fields of one item of <c>icmps</c>.</summary>
    public static IEnumerable<IcmpField> ReadIcmp(Field field)
    {
        if (!field.IsObject()) return [];
        field.Only("fields");
        var items = field["fields"].Items() ?? [];
        if (items.Count > MaxPorts) field["fields"].Invalid($"Found {items.Count} types; at most {MaxPorts} are allowed. Type 0 matches every type.");
        List<IcmpField> list = [];
        foreach (var item in items)
        {
            if (ReadIcmpField(item) is { } icmp) list.Add(icmp);
        }

        return list;
    }

    /// <summary>Whether a port is meant by name (RFC 6335 §5.1): then <c>0x50</c> is a name too.</summary>
    public static bool IsServiceName(string text)
    {
        if (text.Length is 0 or > 15 || text[0] == '-' || text[^1] == '-') return false;
        if (text.Contains("--", StringComparison.Ordinal)) return false;
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && text.Any(char.IsAsciiLetter);
    }

    /// <summary>A protocol's name, in any case; null where there is no such protocol.</summary>
    public static IpProtocol? ParseProtocol(string? text) => text?.ToUpperInvariant() switch
    {
        null or "" or "ANY" => IpProtocol.Any,
        "TCP" => IpProtocol.Tcp,
        "UDP" => IpProtocol.Udp,
        "SCTP" => IpProtocol.Sctp,
        _ => null,
    };

    private static PortRange? ReadPort(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("port", "endPort", "protocol");
        var text = field["port"].Text();
        if (text is null or "")
        {
            if (field["port"].IsMissing || text == "") field["port"].Invalid("A port is missing: expected a number such as \"80\", \"0\" for every port, or a port's name.");
            return null;
        }

        var protocolText = field["protocol"].Text();
        var protocol = ParseProtocol(protocolText);
        if (protocolText is not null && (protocolText.Equals("VRRP", StringComparison.OrdinalIgnoreCase) || protocolText.Equals("IGMP", StringComparison.OrdinalIgnoreCase)))
        {
            field["protocol"].Unsupported($"Weir does not know {protocolText}: TCP, UDP, SCTP, ANY and icmps are enforced.");
            return null;
        }

        if (protocol is null)
        {
            field["protocol"].Invalid($"Found {field["protocol"].Found}; expected TCP, UDP, SCTP or ANY{(protocolText?.StartsWith("ICMP", StringComparison.OrdinalIgnoreCase) == true ? ". ICMP is written under icmps" : "")}.");
            return null;
        }

        if (protocolText is not null and not ("TCP" or "UDP" or "SCTP" or "ANY"))
            field["protocol"].Schema($"Found {field["protocol"].Found}; the schema wants TCP, UDP, SCTP or ANY in capitals.");
        var end = field["endPort"].Integer(0, 65535);
        if (IsServiceName(text)) return new PortRange(protocol.Value, 0, 0, text.ToLowerInvariant());
        if (!TryParsePort(text, out var port))
        {
            field["port"].Invalid($"'{text}' is no port: expected a number from 0 to 65535, or a name of at most 15 letters, digits and '-'.");
            return null;
        }

        return new PortRange(protocol.Value, port, end is { } last && last > port && port > 0 ? (ushort)last : port);
    }

    private static bool TryParsePort(string text, out ushort port)
    {
        // Cilium reads numbers as Go does: a leading 0 is octal, and single underscores may part the digits.
        port = 0;
        if (!text.All(char.IsAsciiDigit)) return false;
        if (text.Length == 1 || text[0] != '0') return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
        var value = 0;
        foreach (var c in text)
        {
            if (c > '7') return false;
            value = (value * 8) + (c - '0');
            if (value > ushort.MaxValue) return false;
        }

        port = (ushort)value;
        return true;
    }

    private static IcmpField? ReadIcmpField(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("type", "family");
        var family = field["family"].Text() ?? "IPv4";
        if (family is not ("" or "IPv4" or "IPv6"))
        {
            field["family"].Invalid($"Found {field["family"].Found}; expected IPv4 or IPv6.");
            return null;
        }

        var isIPv6 = family == "IPv6";
        var type = field["type"];
        if (type.IsMissing)
        {
            type.Invalid("An ICMP type is missing: expected a number from 0 to 255, or a name such as EchoRequest.");
            return null;
        }

        if (type.Node!.Kind != Documents.NodeKind.Text) return type.Integer(0, 255) is { } number ? new IcmpField(isIPv6, (byte)number) : null;
        var text = type.Text()!;
        if (IcmpNames.TryGetValue(text, out var known))
        {
            var value = isIPv6 ? known.V6 : known.V4;
            if (value != 255) return new IcmpField(isIPv6, value);
        }
        else if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            return new IcmpField(isIPv6, parsed);
        }

        type.Invalid($"'{text}' is no ICMP type of {(isIPv6 ? "IPv6" : "IPv4")}: expected a number from 0 to 255, or a name such as EchoRequest.");
        return null;
    }
}
