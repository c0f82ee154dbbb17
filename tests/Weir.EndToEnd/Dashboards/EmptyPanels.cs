namespace Weir.EndToEnd.Dashboards;

/// <summary>The panels that have no data in the lab, as <c>docs/dashboards.md</c> lists them with the reason.</summary>
internal static class EmptyPanels
{
    /// <summary>Where the list is.</summary>
    public const string Page = "docs/dashboards.md";

    private const string Heading = "## Panels without data in the lab";

    /// <summary>Dashboard and panel, and whether it is empty always or only now and then.</summary>
    public static IReadOnlyDictionary<(string Dashboard, string Panel), bool> Read() => File.ReadLines(Path.Combine(Built.Repository, Page))
        .SkipWhile(l => l != Heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
        .Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
        .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(c => (c[1], c[2]), c => !c[3].StartsWith("At times:", StringComparison.Ordinal));
}
