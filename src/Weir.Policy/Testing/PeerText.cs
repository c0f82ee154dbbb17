using System.Globalization;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>Understands how people name an end of a flow: <c>ns/pod</c>, <c>app=web</c>, an address, an entity, or a DNS name.</summary>
public static class PeerText
{
    private static readonly string[] Entities = ["host", "world", "unmanaged", "health", "init", "remote-node", "kube-apiserver", "ingress"];

    /// <summary>An address that stands for a name that no address is known for.</summary>
    private static readonly IpAddress Placeholder = IpAddress.Parse("192.0.2.253");

    /// <summary>The end that a text means, and the world with it in.</summary>
    /// <param name="text">The text.</param>
    /// <param name="world">The world; a pod or name that it does not have is added.</param>
    /// <param name="ns">The namespace of a pod that is named without one.</param>
    /// <param name="note">What had to be assumed; null for nothing.</param>
    /// <exception cref="FormatException">Nothing is meant, or several pods are.</exception>
    public static (CasePeer Peer, CaseWorld World) Parse(string text, CaseWorld world, string ns, out string? note)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(world);
        note = null;
        var bare = text.StartsWith("reserved:", StringComparison.Ordinal) ? text["reserved:".Length..] : text;
        if (Entities.Contains(bare)) return (new CasePeer(null, bare, null), world);
        if (IpPrefix.TryParse(text, out var prefix)) return (new CasePeer(null, null, prefix.Address), world);
        if (text.Contains('=', StringComparison.Ordinal)) return ByLabels(text, world, ns, out note);

        var wanted = text.Contains('/', StringComparison.Ordinal) ? text : $"{ns}/{text}";
        var found = world.Endpoints.FirstOrDefault(e => e.Name == wanted)
            ?? world.Endpoints.Where(e => wanted.StartsWith(e.Name + "-", StringComparison.Ordinal)).OrderByDescending(e => e.Name.Length).FirstOrDefault()
            ?? world.Endpoints.FirstOrDefault(e => e.Name == text);
        if (found is not null) return (new CasePeer(found.Name, null, null), world);
        if (!text.Contains('/', StringComparison.Ordinal) && text.Contains('.', StringComparison.Ordinal)) return ByName(text, world);

        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        var app = wanted[(slash + 1)..];
        note = $"No pod '{wanted}' is known: assumed one in namespace {wanted[..slash]} with the label app={app}.";
        return Add(world, wanted, wanted[..slash], [new("app", app)]);
    }

    /// <summary>A port and protocol: <c>80</c>, <c>53/udp</c>, <c>8/icmp</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (IpProtocol Protocol, ushort Port) ParsePort(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        IpProtocol? protocol = (slash < 0 ? "TCP" : text[(slash + 1)..].ToUpperInvariant()) switch
        {
            "TCP" => IpProtocol.Tcp,
            "UDP" => IpProtocol.Udp,
            "SCTP" => IpProtocol.Sctp,
            "ICMP" => IpProtocol.Icmp,
            "ICMPV6" => IpProtocol.IcmpV6,
            _ => null,
        };
        return protocol is not null && ushort.TryParse(slash < 0 ? text : text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (protocol.Value, port)
            : throw new FormatException($"'{text}' is no port: expected a number and a protocol, such as 80/tcp, 53/udp or 8/icmp.");
    }

    private static (CasePeer Peer, CaseWorld World) ByLabels(string text, CaseWorld world, string ns, out string? note)
    {
        note = null;
        var labels = text.Split(',').Select(l => Label.Parse(l, "k8s")).ToList();
        var found = world.Endpoints.Where(e => labels.TrueForAll(l => e.Labels.Find(l.Source, l.Key) == l.Value)).ToList();
        if (found.Count > 0)
        {
            if (found.Count > 1) note = $"{found.Count} pods have {text}; this is about {found[0].Name}.";
            return (new CasePeer(found[0].Name, null, null), world);
        }

        note = $"No pod with {text} is known: assumed one in namespace {ns}.";
        return Add(world, $"{ns}/{text}", ns, labels.Select(l => KeyValuePair.Create(l.Key, l.Value)));
    }

    private static (CasePeer Peer, CaseWorld World) ByName(string text, CaseWorld world)
    {
        var known = world.Names.FirstOrDefault(n => n.Name.Equals(text, StringComparison.OrdinalIgnoreCase) && n.Addresses.Count > 0);
        if (known is not null) return (new CasePeer(null, null, known.Addresses[0]), world);
        return (new CasePeer(null, null, Placeholder), world with { Names = [.. world.Names, new LearnedName(text, [Placeholder])] });
    }

    private static (CasePeer Peer, CaseWorld World) Add(CaseWorld world, string name, string ns, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var endpoint = new CaseEndpoint(name, ns, IdentityLabels.ForPod(ns, labels, [new("kubernetes.io/metadata.name", ns)], "default"), []);
        return (new CasePeer(name, null, null), world with { Endpoints = [.. world.Endpoints, endpoint] });
    }
}
