namespace Weir.Policy.Compile;

/// <summary>What one identity's coming or going changes for the endpoints that have one policy.</summary>
/// <param name="Before">The policy that the endpoints have.</param>
/// <param name="After">The policy that they have from now on, of the same revision.</param>
/// <param name="Ingress">The entries about the identity in <paramref name="After"/>; none where it no longer has any.</param>
/// <param name="Egress">The same for egress.</param>
public sealed record PolicyUpdate(
    EndpointPolicy Before,
    EndpointPolicy After,
    IReadOnlyDictionary<PolicyKey, PolicyEntry> Ingress,
    IReadOnlyDictionary<PolicyKey, PolicyEntry> Egress);
