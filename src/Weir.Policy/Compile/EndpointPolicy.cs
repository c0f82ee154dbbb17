namespace Weir.Policy.Compile;

/// <summary>The compiled policy of one endpoint, or of all endpoints with the same labels.</summary>
/// <param name="Revision">The generation of the policy set that it was compiled from; it only grows.</param>
/// <param name="Ingress">Decisions about what reaches the endpoint.</param>
/// <param name="Egress">Decisions about what the endpoint sends.</param>
public sealed record EndpointPolicy(ulong Revision, DirectionTable Ingress, DirectionTable Egress)
{
    /// <summary>Default deny in both directions: what a new endpoint has until its policy is known.</summary>
    public static EndpointPolicy Init { get; } = new(0, DirectionTable.Closed, DirectionTable.Closed);
}
