namespace Weir.Model;

/// <summary>The rule of a policy that a person can open: what decided a flow.</summary>
/// <param name="Kind"><c>CiliumNetworkPolicy</c>, <c>CiliumClusterwideNetworkPolicy</c> or <c>NetworkPolicy</c>.</param>
/// <param name="Namespace">The policy's namespace; empty for a clusterwide one.</param>
/// <param name="Name">The policy's name.</param>
/// <param name="Field">
/// The list that the rule stands in, as the user wrote it: <c>ingress</c>, <c>ingressDeny</c>, <c>egress</c>,
/// <c>egressDeny</c>; with <c>specs</c>, <c>specs[1].ingress</c>. Empty where the whole policy is meant (default deny).
/// </param>
/// <param name="Index">The rule's place in that list, from 0; -1 where the whole policy is meant.</param>
public sealed record RuleOrigin(string Kind, string Namespace, string Name, string Field, int Index)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var policy = Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
        return Index < 0 ? policy : $"{policy} {Field}[{Index}]";
    }
}
