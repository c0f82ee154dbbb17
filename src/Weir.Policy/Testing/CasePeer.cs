using Weir.Model;

namespace Weir.Policy.Testing;

/// <summary>One end of a flow that a test asks about.</summary>
/// <param name="Endpoint">The name of an endpoint of the case; null for anything else.</param>
/// <param name="Entity">A reserved entity; null where the address alone tells.</param>
/// <param name="Address">An address outside the cluster; null where none is given.</param>
public sealed record CasePeer(string? Endpoint, string? Entity, IpAddress? Address)
{
    /// <inheritdoc/>
    public override string ToString() => Endpoint ?? (Address is { } address ? Entity is null ? $"{address}" : $"{Entity} {address}" : Entity ?? "");
}
