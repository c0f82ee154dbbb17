using System.Text.Json.Nodes;

namespace Weir.Cluster.Objects;

/// <summary>A policy as its author wrote it; reading it is the policy engine's business.</summary>
/// <param name="Kind">NetworkPolicy, CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy.</param>
/// <param name="Name">Namespace and name.</param>
/// <param name="Uid">The identity across re-creations.</param>
/// <param name="Generation">Counts the changes of its rules.</param>
/// <param name="Document">The whole object. Shared between threads: only to be read.</param>
public sealed record PolicyDocument(string Kind, ObjectName Name, string Uid, long Generation, JsonObject Document)
{
    /// <summary>What no two policies share.</summary>
    public PolicyKey Key => new(Kind, Name);

    /// <summary>Reads what stands around the rules.</summary>
    internal static PolicyDocument Read(string kind, JsonObject document)
    {
        document.Materialize();
        return new PolicyDocument(
            kind, document.ObjectName(), document.Text("metadata", "uid") ?? "", document.Number("metadata", "generation") ?? 0, document);
    }
}

/// <summary>What no two policies share.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Namespace and name.</param>
public readonly record struct PolicyKey(string Kind, ObjectName Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
