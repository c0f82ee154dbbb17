using Weir.Model;

namespace Weir.Policy.Rules;

/// <summary>Endpoints by their labels: every requirement has to be met.</summary>
public sealed class LabelSelector : IEquatable<LabelSelector>
{
    private readonly LabelRequirement[] _requirements;

    /// <summary>Makes a selector; no requirement at all selects everything.</summary>
    public LabelSelector(IEnumerable<LabelRequirement> requirements)
    {
        _requirements = [.. requirements.OrderBy(r => r.ToString(), StringComparer.Ordinal)];
        Key = string.Join(';', _requirements.Select(r => r.ToString()));
    }

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>The requirements, in a fixed order.</summary>
    public IReadOnlyList<LabelRequirement> Requirements => _requirements;

    /// <summary>A text that is equal exactly for selectors with the same requirements.</summary>
    public string Key { get; }

    /// <summary>Whether the labels meet every requirement.</summary>
    public bool Matches(LabelSet labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }

        return true;
    }

    /// <summary>Whether a requirement names this key, from whatever source.</summary>
    public bool Names(string key) => _requirements.Any(r => r.Key == key);

    /// <summary>This selector with one requirement more.</summary>
    public LabelSelector With(LabelRequirement requirement) => new(_requirements.Append(requirement));

    /// <inheritdoc/>
    public bool Equals(LabelSelector? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSelector);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _requirements.Length == 0 ? "{}" : Key;
}
