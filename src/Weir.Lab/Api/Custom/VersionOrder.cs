using System.Text.RegularExpressions;

namespace Weir.Lab.Api.Custom;

/// <summary>Kubernetes' order of versions: stable before beta before alpha, higher numbers first, then anything else by its letters.</summary>
internal sealed partial class VersionOrder : IComparer<string?>
{
    /// <summary>The preferred version first.</summary>
    public static VersionOrder Newest { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var (left, right) = (Rank(x ?? ""), Rank(y ?? ""));
        return left == right ? string.CompareOrdinal(x, y) : right.CompareTo(left);
    }

    private static (int, int, int) Rank(string version)
    {
        var match = Pattern().Match(version);
        if (!match.Success) return (0, 0, 0);
        var stage = match.Groups["stage"].Value switch { "" => 3, "beta" => 2, _ => 1 };
        return (stage, Number(match.Groups["major"].Value), Number(match.Groups["minor"].Value));
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex("^v(?<major>[0-9]+)((?<stage>alpha|beta)(?<minor>[0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
