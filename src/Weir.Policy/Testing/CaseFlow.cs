using Weir.Model;

namespace Weir.Policy.Testing;

/// <summary>The connection that a test asks about.</summary>
/// <param name="Source">Who opens it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Protocol">Over what.</param>
/// <param name="Port">The destination port; for ICMP the type.</param>
public sealed record CaseFlow(CasePeer Source, CasePeer Destination, IpProtocol Protocol, ushort Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source} -> {Destination} {Port}/{Protocol.ToString().ToUpperInvariant()}";
}
