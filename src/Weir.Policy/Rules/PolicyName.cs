namespace Weir.Policy.Rules;

/// <summary>What a policy is known by: another with the same three replaces it.</summary>
/// <param name="Kind"><c>CiliumNetworkPolicy</c>, <c>CiliumClusterwideNetworkPolicy</c> or <c>NetworkPolicy</c>.</param>
/// <param name="Namespace">Its namespace; empty for a clusterwide one.</param>
/// <param name="Name">Its name.</param>
public sealed record PolicyName(string Kind, string Namespace, string Name)
{
    /// <summary>The kind of a policy of one namespace.</summary>
    public const string Cilium = "CiliumNetworkPolicy";

    /// <summary>The kind of a policy of the whole cluster.</summary>
    public const string Clusterwide = "CiliumClusterwideNetworkPolicy";

    /// <summary>The kind of Kubernetes' own policy.</summary>
    public const string Kubernetes = "NetworkPolicy";

    /// <summary>By kind, then namespace, then name (ordinal).</summary>
    public static IComparer<PolicyName> Order { get; } = Comparer<PolicyName>.Create((x, y) =>
    {
        var kind = string.CompareOrdinal(x.Kind, y.Kind);
        if (kind != 0) return kind;
        var space = string.CompareOrdinal(x.Namespace, y.Namespace);
        return space != 0 ? space : string.CompareOrdinal(x.Name, y.Name);
    });

    /// <summary>With slashes: <c>CiliumNetworkPolicy/shop/web</c>.</summary>
    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
