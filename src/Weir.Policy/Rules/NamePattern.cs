namespace Weir.Policy.Rules;

/// <summary>DNS names: one (<c>matchName</c>), or those of a shape (<c>matchPattern</c>).</summary>
/// <param name="Text">The name or pattern as written.</param>
/// <param name="IsPattern">Whether it is a pattern.</param>
public sealed record NamePattern(string Text, bool IsPattern)
{
    private readonly string _normal = Normalise(Text);

    /// <summary>Whether a name is meant. Case and a final dot do not matter.</summary>
    /// <remarks>
    /// <c>*</c> stands for any characters inside one label, also none; alone it is every name; <c>**.</c> in front is
    /// one or more labels. Linear in the name for each star (no backtracking past the last star).
    /// </remarks>
    public bool Matches(string name) => MatchesNormal(Normalise(name));

    /// <summary>As <see cref="Matches"/>, for a name that is in the form of <see cref="Normalise"/> already. Allocates nothing.</summary>
    public bool MatchesNormal(ReadOnlySpan<char> name)
    {
        if (!IsPattern) return name.SequenceEqual(_normal);
        if (_normal == "*") return true;
        if (_normal.StartsWith("**.", StringComparison.Ordinal)) return MatchesBelow(name, _normal.AsSpan(3));
        return Glob(name, _normal);
    }

    /// <summary>Lower case, without the final dot: the form in which names are compared.</summary>
    public static string Normalise(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var trimmed = name.EndsWith('.') ? name[..^1] : name;
        return trimmed.ToLowerInvariant();
    }

    /// <inheritdoc/>
    public bool Equals(NamePattern? other) => other is not null && IsPattern == other.IsPattern && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, IsPattern);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool MatchesBelow(ReadOnlySpan<char> name, ReadOnlySpan<char> rest)
    {
        for (var i = 1; i < name.Length; i++)
        {
            if (name[i] == '.' && Glob(name[(i + 1)..], rest)) return true;
        }

        return false;
    }

    private static bool Glob(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int n = 0, p = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                n++;
                p++;
            }
            else if (star >= 0 && name[resume] != '.')
            {
                // The last star takes one character more; it may not take a dot.
                n = ++resume;
                p = star + 1;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
