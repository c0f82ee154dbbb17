using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Hub.Ui.Dashboards;

/// <summary>A dashboard, as <c>deploy/dashboards/panels.json</c> describes it.</summary>
internal sealed record Dashboard(string Id, string Title, string Description, IReadOnlyList<string> Variables, IReadOnlyList<PanelRow> Rows)
{
    /// <summary>Those that the hub was built with.</summary>
    public static IReadOnlyList<Dashboard> All { get; } = Read();

    private static IReadOnlyList<Dashboard> Read()
    {
        using var stream = typeof(Dashboard).Assembly.GetManifestResourceStream("panels.json")!;
        return JsonSerializer.Deserialize(stream, PanelJson.Default.IReadOnlyListDashboard)!;
    }
}

/// <summary>Panels that stand together.</summary>
internal sealed record PanelRow(string Title, IReadOnlyList<Panel> Panels);

/// <summary>One panel: what it asks, and how that is drawn.</summary>
/// <param name="Id">Its name in links.</param>
/// <param name="Title">Its title; may hold variables.</param>
/// <param name="Kind"><c>stat</c>, <c>timeseries</c>, <c>barlist</c>, <c>heatmap</c> or <c>table</c>.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Width">Of 24 columns.</param>
/// <param name="Height">In rows.</param>
internal sealed record Panel(string Id, string Title, string Kind, string Unit, int Width, int Height)
{
    /// <summary>What it shows, in a sentence.</summary>
    public string? Description { get; init; }

    /// <summary>What it asks Prometheus; empty where it asks the flow logs.</summary>
    public IReadOnlyList<PanelQuery> Queries { get; init; } = [];

    /// <summary>What it asks the flow logs; null where it asks Prometheus.</summary>
    public string? Kql { get; init; }
}

/// <summary>One question of a panel.</summary>
/// <param name="Expr">In PromQL, with variables.</param>
/// <param name="Legend">How its series are called, with <c>{{label}}</c> for a label's value; empty for the labels themselves.</param>
internal sealed record PanelQuery(string Expr, string Legend = "");

/// <summary>Reads the panels.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Dashboard>))]
internal sealed partial class PanelJson : JsonSerializerContext;
