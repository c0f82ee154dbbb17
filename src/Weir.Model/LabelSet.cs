namespace Weir.Model;

/// <summary>Labels with their sources, sorted and without doubles: what a security identity stands for.</summary>
/// <remarks>
/// A label is written <c>source:key=value</c> (<c>k8s:app=store-front</c>, <c>reserved:world</c>, <c>cidr:10.0.0.0/8</c>);
/// the value may be empty, and then the equals sign is left out.
/// </remarks>
public sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly Label[] _labels;
    private readonly int _hash;

    /// <summary>Makes a set; of labels with the same source and key the last one stays.</summary>
    public LabelSet(IEnumerable<Label> labels)
    {
        var byKey = new SortedDictionary<(string, string), Label>(KeyOrder.Instance);
        foreach (var label in labels) byKey[(label.Source, label.Key)] = label;
        _labels = [.. byKey.Values];
        var hash = default(HashCode);
        foreach (var label in _labels) hash.Add(label);
        _hash = hash.ToHashCode();
    }

    /// <summary>The set without labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>The labels, ordered by source, then key (ordinal).</summary>
    public IReadOnlyList<Label> Labels => _labels;

    /// <summary>The same, for where an enumerator would be one object too many.</summary>
    public ReadOnlySpan<Label> AsSpan() => _labels;

    /// <summary>The value of the label with this source and key; null where there is none.</summary>
    public string? Find(string source, string key)
    {
        foreach (var label in _labels)
        {
            if (label.Key == key && label.Source == source) return label.Value;
        }

        return null;
    }

    /// <summary>The set of one reserved label, such as <c>reserved:world</c>.</summary>
    public static LabelSet Reserved(string name) => new([new Label("reserved", name, "")]);

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && _hash == other._hash && _labels.AsSpan().SequenceEqual(other._labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', _labels);

    private sealed class KeyOrder : IComparer<(string Source, string Key)>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare((string Source, string Key) x, (string Source, string Key) y)
        {
            var source = string.CompareOrdinal(x.Source, y.Source);
            return source != 0 ? source : string.CompareOrdinal(x.Key, y.Key);
        }
    }
}
