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
    public string ListKind => Kind + "List";

    /// <summary>The lower-case singular name.</summary>
    public string Singular => Kind.ToLowerInvariant();
}
