using Weir.Model;

namespace Weir.Policy.Rules;

/// <summary>A protocol and a range of ports, or a port by name.</summary>
/// <param name="Protocol">The protocol; <see cref="IpProtocol.Any"/> stands for TCP, UDP and SCTP.</param>
/// <param name="First">The first port; 0 is every port.</param>
/// <param name="Last">The last port, at least <paramref name="First"/>.</param>
/// <param name="Name">The port's name in lower case; null where it is a number.</param>
public readonly record struct PortRange(IpProtocol Protocol, ushort First, ushort Last, string? Name = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var port = Name ?? (First == 0 ? "*" : First == Last ? $"{First}" : $"{First}-{Last}");
        return $"{port}/{(Protocol == IpProtocol.Any ? "ANY" : Protocol.ToString().ToUpperInvariant())}";
    }
}
