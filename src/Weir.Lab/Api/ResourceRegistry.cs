using System.Collections.Immutable;

namespace Weir.Lab.Api;

/// <summary>The kinds that the server serves now; custom ones come and go while it runs.</summary>
/// <remarks>Readers see one immutable list; writers take turns.</remarks>
internal sealed class ResourceRegistry
{
    private readonly Lock _writing = new();
    private volatile Snapshot _now = new([.. BuiltInKinds.List]);

    /// <summary>Every kind in every version, in the order of registration.</summary>
    public ImmutableArray<ResourceKind> Kinds => _now.Kinds;

    /// <summary>The kind at a path; null when the server has none there.</summary>
    public ResourceKind? Find(string group, string version, string plural) =>
        _now.ByPath.GetValueOrDefault((group, version, plural));

    /// <summary>The kind that a document names; null when the server has none.</summary>
    public ResourceKind? FindKind(string apiVersion, string kind) => _now.ByKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>Replaces every version of one kind by these; none removes it.</summary>
    public void Replace(string storeKey, IEnumerable<ResourceKind> versions)
    {
        lock (_writing)
        {
            var others = _now.Kinds.Where(k => k.StoreKey != storeKey);
            _now = new Snapshot([.. others, .. versions]);
        }
    }

    private sealed class Snapshot(ImmutableArray<ResourceKind> kinds)
    {
        public ImmutableArray<ResourceKind> Kinds { get; } = kinds;

        public Dictionary<(string, string, string), ResourceKind> ByPath { get; } =
            kinds.ToDictionary(k => (k.Group, k.Version, k.Plural));

        public Dictionary<(string, string), ResourceKind> ByKind { get; } = kinds.ToDictionary(k => (k.ApiVersion, k.Kind));
    }
}
