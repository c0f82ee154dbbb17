using System.Text.Json;
using Weir.Unit.Architecture;

namespace Weir.Unit.Hub.Ui;

/// <summary>A dashboard of <c>deploy/dashboards</c>, as Grafana would import it.</summary>
internal sealed record GrafanaFile(string Name, JsonElement Root)
{
    private static readonly string _folder = Path.Combine(Repository.Root, "deploy/dashboards");

    public static IReadOnlyList<GrafanaFile> All { get; } =
        [.. Directory.GetFiles(_folder, "*.json").Where(f => Path.GetFileName(f) != "panels.json").Order(StringComparer.Ordinal).Select(Read)];

    public IEnumerable<JsonElement> Blocks => Root.GetProperty("panels").EnumerateArray();

    public IEnumerable<JsonElement> Panels => Blocks.Where(p => p.GetProperty("type").GetString() != "row");

    public IEnumerable<JsonElement> Variables => Root.GetProperty("templating").GetProperty("list").EnumerateArray();

    /// <summary>Every PromQL or KQL text, with the panel that asks it.</summary>
    public IEnumerable<(JsonElement Panel, string Text)> Queries =>
        Panels.SelectMany(p => p.GetProperty("targets").EnumerateArray().Select(t => (p, t.TryGetProperty("expr", out var expr) ? expr.GetString()! : t.GetProperty("query").GetString()!)));

    public static string TitleOf(JsonElement panel) => panel.GetProperty("title").GetString()!;

    private static GrafanaFile Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return new GrafanaFile(Path.GetFileNameWithoutExtension(path), document.RootElement.Clone());
    }
}
