namespace Weir.FlowLog.Selection;

/// <summary>Pods of one namespace whose name begins so: <c>pets/store-front-</c>; <c>kube-system/</c> is the whole namespace.</summary>
/// <param name="Namespace">The namespace, whole.</param>
/// <param name="Name">The start of the pod's name; empty is every pod.</param>
public readonly record struct PodPrefix(string Namespace, string Name)
{
    /// <summary>Whether a pod is meant.</summary>
    public bool Matches(string ns, string pod) => ns == Namespace && pod.StartsWith(Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
