namespace Weir.Policy.Compile;

/// <summary>The decisions about one peer (or about any): shared by all peers that the same selectors mean. Immutable.</summary>
internal sealed class PortTable(Dictionary<PortKey, PolicyEntry> entries)
{
    public static PortTable Empty { get; } = new([]);

    public IReadOnlyDictionary<PortKey, PolicyEntry> Entries => entries;

    /// <summary>Whether anything goes to a proxy.</summary>
    public bool Redirects { get; } = entries.Values.Any(e => e.Action == PolicyAction.Redirect);

    public int Count => entries.Count;

    public bool TryGet(PortKey key, out PolicyEntry entry) => entries.TryGetValue(key, out entry!);
}
