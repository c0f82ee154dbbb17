namespace Weir.Observe.Hubble;

/// <summary>A node's observer, as others reach it.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Address"><c>address:port</c>, IPv6 in brackets, or <c>unix:PATH</c>.</param>
/// <param name="TlsServerName">The name that its certificate has to have; null where it speaks without TLS.</param>
public sealed record PeerNode(string Name, string Address, string? TlsServerName)
{
    /// <summary>The port that a node's observer listens on, as Hubble's.</summary>
    public const int Port = 4244;

    /// <summary>The name of a node's observer in certificates: <c>node1.default.hubble-grpc.cilium.io</c>. Dots in a node's name become dashes.</summary>
    public static string ServerNameOf(string node, string cluster) =>
        $"{node.Replace('.', '-')}.{cluster.Replace('.', '-')}.hubble-grpc.cilium.io";
}
