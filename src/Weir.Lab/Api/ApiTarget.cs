namespace Weir.Lab.Api;

/// <summary>What a path points at.</summary>
/// <param name="Kind">The kind, in the version of the path.</param>
/// <param name="Namespace">The namespace; empty for cluster-wide kinds and for lists over all namespaces.</param>
/// <param name="Name">The object; empty for the collection.</param>
/// <param name="Subresource">The part of the object, such as <c>status</c>; empty for the whole.</param>
internal sealed record ApiTarget(ResourceKind Kind, string Namespace, string Name, string Subresource)
{
    /// <summary>Reads <c>/api/v1/…</c> and <c>/apis/GROUP/VERSION/…</c>; null when the path leads to no kind.</summary>
    public static ApiTarget? Parse(string path, ResourceRegistry registry)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, skipped) = parts switch
        {
            ["api", ..] => ("", 1),
            ["apis", var g, ..] => (g, 2),
            _ => ("", parts.Length),
        };
        var rest = parts.AsSpan(skipped);
        if (rest.Length < 2) return null;
        var version = rest[0];
        rest = rest[1..];

        var ns = "";
        if (rest is ["namespaces", var named, not ("status" or "finalize"), ..])
        {
            ns = named;
            rest = rest[2..];
        }

        if (rest.Length > 3) return null;
        var kind = registry.Find(group, version, rest[0]);
        if (kind is null || (ns.Length > 0 && !kind.Namespaced)) return null;
        var name = rest.Length > 1 ? rest[1] : "";
        if (name.Length > 0 && kind.Namespaced && ns.Length == 0) return null;
        return new ApiTarget(kind, ns, name, rest.Length > 2 ? rest[2] : "");
    }
}
