namespace Weir.Lab.Api;

/// <summary>One kind of object that the API server serves, given as data.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version under which this entry serves it.</param>
/// <param name="Plural">The name in paths, lower case.</param>
/// <param name="Kind">The name in documents.</param>
public sealed record ResourceKind(string Group, string Version, string Plural, string Kind)
{
    /// <summary>Whether objects live in namespaces.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>Whether status is written through the subresource of that name only.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether the kind has replicas to set through the subresource <c>scale</c>.</summary>
    public bool HasScale { get; init; }

    /// <summary>Whether the kind comes from a CustomResourceDefinition: no strategic patches, and an update must name a version.</summary>
    public bool Custom { get; init; }

    /// <summary>Whether changes are counted in <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>The version in which objects are kept; null when it is <see cref="Version"/>.</summary>
    public string? StoredVersion { get; init; }

    /// <summary>Short names that a command line may use.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Groups of kinds, such as <c>all</c>, that this one belongs to.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Fields besides name and namespace that a field selector may name.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>The value of <c>apiVersion</c> in documents.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The value of <c>apiVersion</c> in the store.</summary>
    public string StoredApiVersion => StoredVersion is null ? ApiVersion : $"{Group}/{StoredVersion}";

    /// <summary>The name under which the store keeps the kind, the same for all its versions.</summary>
    public string StoreKey => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The kind of a list of these.</summary>
    public string ListKind => ListName ?? Kind + "List";

    /// <summary>The lower-case singular name.</summary>
    public string Singular => SingularName ?? Kind.ToLowerInvariant();

    /// <summary>The singular name, where it is not the kind in small letters.</summary>
    internal string? SingularName { get; init; }

    /// <summary>The kind of a list, where it is not the kind with <c>List</c> behind it.</summary>
    internal string? ListName { get; init; }

    /// <summary>Where the numbers of the subresource <c>scale</c> are kept; null for the usual places.</summary>
    internal Custom.ScalePaths? Scale { get; init; }

    /// <summary>Whether the kind is going away: nothing new can be made of it.</summary>
    internal bool IsEnding { get; init; }

    /// <summary>What clients that use this version are warned of; null for nothing.</summary>
    internal string? Warning { get; init; }

    /// <summary>The schema of its definition as written there; null for a built-in kind.</summary>
    internal System.Text.Json.Nodes.JsonObject? OpenApi { get; init; }

    /// <summary>What documents look like; null for a built-in kind, whose types say so, and for one that takes anything.</summary>
    internal Schema.FieldSchema? Schema { get; init; }

    /// <summary>The columns of its table; null for the usual ones.</summary>
    internal IReadOnlyList<Tables.TableColumn>? Columns { get; init; }

    /// <summary>What can be done with objects of the kind.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Whether objects are kept; a kind that is not is a question that the server answers at once.</summary>
    public bool IsStored => Verbs.Count > 1;

    /// <summary>The parts of an object that have paths of their own.</summary>
    public IEnumerable<Subresource> Subresources
    {
        get
        {
            if (HasStatus) yield return new Subresource("status", null, "get", "patch", "update");
            if (HasScale) yield return new Subresource("scale", "Scale", "get", "patch", "update") { Group = "autoscaling", Version = "v1" };
            switch (StoreKey)
            {
                case "pods":
                    yield return new Subresource("attach", "PodAttachOptions", "create", "get");
                    yield return new Subresource("binding", "Binding", "create");
                    yield return new Subresource("ephemeralcontainers", null, "get", "patch", "update");
                    yield return new Subresource("eviction", "Eviction", "create") { Group = "policy", Version = "v1" };
                    yield return new Subresource("exec", "PodExecOptions", "create", "get");
                    yield return new Subresource("log", null, "get");
                    yield return new Subresource("portforward", "PodPortForwardOptions", "create", "get");
                    break;
                case "namespaces":
                    yield return new Subresource("finalize", null, "update");
                    break;
                case "serviceaccounts":
                    yield return new Subresource("token", "TokenRequest", "create") { Group = "authentication.k8s.io", Version = "v1" };
                    break;
            }
        }
    }
}
