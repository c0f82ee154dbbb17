using System.Text.Json;

namespace Weir.EndToEnd.Dashboards;

/// <summary>A dashboard of <c>deploy/dashboards</c>, with what its panels and its variables ask.</summary>
internal sealed record DashboardFile(string Id, string Title, bool IsMetrics, IReadOnlyList<FilePanel> Panels, IReadOnlyList<FileVariable> Variables)
{
    private const string Prefix = "Kubernetes / Networking / ";

    public static IReadOnlyList<DashboardFile> All { get; } = [.. Directory.GetFiles(Path.Combine(Built.Repository, "deploy/dashboards"), "*.json").Where(f => Path.GetFileName(f) != "panels.json").Order(StringComparer.Ordinal).Select(Read)];

    private static DashboardFile Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement;
        var variables = root.GetProperty("templating").GetProperty("list").EnumerateArray().ToList();
        return new DashboardFile(
            Path.GetFileNameWithoutExtension(path),
            root.GetProperty("title").GetString()![Prefix.Length..],
            variables.Any(v => v.GetProperty("type").GetString() == "datasource" && v.GetProperty("query").GetString() == "prometheus"),
            [.. root.GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row").Select(FilePanel.Read)],
            [.. variables.Select(FileVariable.Read)]);
    }
}

/// <summary>A panel and its questions.</summary>
internal sealed record FilePanel(string Title, IReadOnlyList<FileQuery> Queries)
{
    public static FilePanel Read(JsonElement panel) => new(panel.GetProperty("title").GetString()!, [.. panel.GetProperty("targets").EnumerateArray().Select(t => new FileQuery(
        (t.TryGetProperty("expr", out var expr) ? expr : t.GetProperty("query")).GetString()!,
        t.TryGetProperty("instant", out var instant) && instant.GetBoolean()))]);
}

/// <summary>A question in PromQL or KQL; of PromQL, whether it is about the newest moment alone.</summary>
internal sealed record FileQuery(string Text, bool IsInstant);

/// <summary>A variable: what stands for all of its values, what it asks, and the part of each answer that counts.</summary>
internal sealed record FileVariable(string Name, string Type, bool IsMulti, string? All, string? Query, string? Regex, string Current)
{
    public static FileVariable Read(JsonElement variable) => new(
        variable.GetProperty("name").GetString()!,
        variable.GetProperty("type").GetString()!,
        variable.GetProperty("multi").GetBoolean() || variable.GetProperty("includeAll").GetBoolean(),
        variable.TryGetProperty("allValue", out var all) ? all.GetString() : null,
        variable.TryGetProperty("query", out var query) ? query.ValueKind == JsonValueKind.Object ? query.GetProperty("query").GetString() : query.GetString() : null,
        variable.TryGetProperty("regex", out var regex) ? regex.GetString() : null,
        variable.TryGetProperty("current", out var current) && current.GetProperty("value").ValueKind == JsonValueKind.String ? current.GetProperty("value").GetString()! : "");
}
