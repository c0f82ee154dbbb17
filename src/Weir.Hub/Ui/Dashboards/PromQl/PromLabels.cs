using System.Text;

namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>The labels of a series, in the order of their names; two with the same labels are equal.</summary>
internal sealed class PromLabels : IEquatable<PromLabels>
{
    /// <summary>The label that holds a metric's name.</summary>
    public const string Name = "__name__";

    private readonly (string Name, string Value)[] _all;
    private readonly string _key;

    /// <summary>Makes a set; empty values are no labels.</summary>
    public PromLabels(IEnumerable<(string Name, string Value)> labels)
    {
        _all = [.. labels.Where(l => l.Value.Length > 0).OrderBy(l => l.Name, StringComparer.Ordinal)];
        var key = new StringBuilder();
        foreach (var (name, value) in _all) key.Append(name).Append('\x1').Append(value).Append('\x2');
        _key = key.ToString();
    }

    /// <summary>No labels.</summary>
    public static PromLabels None { get; } = new([]);

    /// <summary>All of them.</summary>
    public IReadOnlyList<(string Name, string Value)> All => _all;

    /// <summary>A label's value; empty where there is none.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var (known, value) in _all)
                if (known == name) return value;
            return "";
        }
    }

    /// <summary>These labels without the metric's name.</summary>
    public PromLabels WithoutName() => _all.Length > 0 && _all.Any(l => l.Name == Name) ? new(_all.Where(l => l.Name != Name)) : this;

    /// <summary>Those of the labels that are named.</summary>
    public PromLabels Only(IReadOnlyCollection<string> names) => new(_all.Where(l => names.Contains(l.Name)));

    /// <summary>All but those, and without the metric's name.</summary>
    public PromLabels Without(IReadOnlyCollection<string> names) => new(_all.Where(l => l.Name != Name && !names.Contains(l.Name)));

    /// <summary>With another value of one label.</summary>
    public PromLabels With(string name, string value) => new(_all.Where(l => l.Name != name).Append((name, value)));

    /// <inheritdoc/>
    public bool Equals(PromLabels? other) => other is not null && _key == other._key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PromLabels);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
}
