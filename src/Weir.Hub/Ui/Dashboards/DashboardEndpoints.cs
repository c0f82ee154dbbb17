using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Query;
using Weir.Hub.Server;
using Weir.Hub.Ui.Dashboards.PromQl;
using Weir.Hub.Ui.Dashboards.Samples;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Session;

namespace Weir.Hub.Ui.Dashboards;

/// <summary><c>/ui/api/dashboards</c>: which there are, and the data of their panels, from a Prometheus or from the hub's own samples.</summary>
/// <param name="gate">The way in.</param>
/// <param name="samples">The hub's own.</param>
/// <param name="prometheus">A Prometheus; null where the hub has none.</param>
/// <param name="queries">Answers panels of the flow logs.</param>
/// <param name="time">The clock.</param>
internal sealed class DashboardEndpoints(UiGate gate, SampleStore samples, PrometheusClient? prometheus, StoreQueries queries, TimeProvider time)
{
    private const int UsualPoints = 120;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Get(routes, "/ui/api/dashboards", ListAsync);
        gate.Get(routes, "/ui/api/dashboards/{id}/{panel}", PanelAsync);
    }

    /// <summary>The metrics that the panels ask for.</summary>
    public static IReadOnlySet<string> Metrics { get; } = Dashboard.All.SelectMany(d => d.Rows).SelectMany(r => r.Panels).SelectMany(p => p.Queries)
        .SelectMany(q => PromParser.Parse(new PanelVariables([], [], [], 15, 300).Put(q.Expr)).All).OfType<PromExpr.Selector>()
        .Select(s => s.Metric).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static Task ListAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray();
        foreach (var dashboard in Dashboard.All)
        {
            json.WriteStartObject();
            json.WriteString("id", dashboard.Id);
            json.WriteString("title", dashboard.Title);
            json.WriteString("description", dashboard.Description);
            json.WriteStartArray("variables");
            foreach (var variable in dashboard.Variables) json.WriteStringValue(variable);
            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in dashboard.Rows)
            {
                json.WriteStartObject();
                json.WriteString("title", row.Title);
                json.WriteStartArray("panels");
                foreach (var panel in row.Panels) WriteHead(json, panel);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteHead(Utf8JsonWriter json, Panel panel)
    {
        json.WriteStartObject();
        json.WriteString("id", panel.Id);
        json.WriteString("title", panel.Title);
        json.WriteString("kind", panel.Kind);
        json.WriteString("unit", panel.Unit);
        if (panel.Description is not null) json.WriteString("description", panel.Description);
        json.WriteNumber("width", panel.Width);
        json.WriteNumber("height", panel.Height);
        json.WriteEndObject();
    }

    private async Task PanelAsync(HttpContext context)
    {
        var (id, name) = ((string)context.Request.RouteValues["id"]!, (string)context.Request.RouteValues["panel"]!);
        var dashboard = Dashboard.All.FirstOrDefault(d => d.Id == id) ?? throw UiProblem.NotFound($"There is no dashboard '{id}'.");
        var panel = dashboard.Rows.SelectMany(r => r.Panels).FirstOrDefault(p => p.Id == name) ?? throw UiProblem.NotFound($"{dashboard.Title} has no panel '{name}'.");
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var (from, until) = (Seconds(scope.From), Seconds(scope.Until));
        var step = double.TryParse(context.Request.Query["step"], NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given >= 1 ? given : Math.Max(SampleStore.Step, Math.Ceiling((until - from) / UsualPoints));
        var variables = PanelVariables.Read(context.Request.Query, step, until - from);

        // Whole steps, so that points of neighbouring answers fall together.
        from = Math.Floor(from / step) * step;
        if (panel.Kql is not null) await AnswerLogsAsync(context, panel, variables.PutKql(panel.Kql, scope.From, scope.Until), scope);
        else await AnswerMetricsAsync(context, panel, variables, from, until, step);
    }

    private async Task AnswerMetricsAsync(HttpContext context, Panel panel, PanelVariables variables, double from, double until, double step)
    {
        var series = await MetricsAsync(panel, variables, from, until, step, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            WriteAnswerHead(json, panel, string.Join("\n", panel.Queries.Select(q => variables.Put(q.Expr))));
            json.WriteStartArray("series");
            foreach (var one in series) WriteSeries(json, one, from, until, step);
            json.WriteEndArray();
            if (series.Count == 0) json.WriteString("empty", WhyEmpty(panel, from));
            json.WriteEndObject();
        });
    }

    private async Task AnswerLogsAsync(HttpContext context, Panel panel, string kql, UiScope scope)
    {
        var answer = await queries.RunAsync(QueryRequest.Of(kql) with { From = scope.From.UtcTicks, Until = scope.Until.UtcTicks }, context.RequestAborted);
        if (answer.Problems.Length > 0) throw new UiProblem(KqlProblem.Sentence(answer.Problems[0])) { Code = "kql" };
        var table = answer.Tables[^1];
        var series = panel.Kind == "table" ? [] : LogSeries.Of(table, panel.Kind, Seconds(scope.Until));
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            WriteAnswerHead(json, panel, kql);
            json.WriteStartArray("series");
            foreach (var one in series) WriteSparse(json, one);
            json.WriteEndArray();
            if (panel.Kind == "table") WriteTable(json, table);
            if (table.Rows.Count == 0) json.WriteString("empty", WhyEmpty(panel, Seconds(scope.From)));
            json.WriteEndObject();
        });
    }

    private void WriteAnswerHead(Utf8JsonWriter json, Panel panel, string query)
    {
        json.WriteStartObject();
        json.WriteString("kind", panel.Kind);
        json.WriteString("unit", panel.Unit);
        json.WriteString("query", query);
        json.WriteString("source", prometheus is null || panel.Kql is not null ? "hub" : "prometheus");
    }

    private async Task<IReadOnlyList<PanelSeries>> MetricsAsync(Panel panel, PanelVariables variables, double from, double until, double step, CancellationToken cancellation)
    {
        List<PanelSeries> all = [];
        foreach (var query in panel.Queries)
        {
            var expr = variables.Put(query.Expr);
            var found = prometheus is not null
                ? await prometheus.RangeAsync(expr, from, until, step, cancellation)
                : await Task.Run(() => new PromEvaluator(samples).Range(PromParser.Parse(expr), from, until, step), cancellation);
            all.AddRange(found.Select(s => PanelSeries.Of(s.Labels, s.Points, query.Legend)));
        }

        return all;
    }

    // Moments without a sample are gaps, and said to be: a line through them would tell of what nobody saw.
    private static void WriteSeries(Utf8JsonWriter json, PanelSeries series, double from, double until, double step)
    {
        WriteSeriesHead(json, series);
        var next = 0;
        for (var at = from; at <= until; at += step)
        {
            while (next < series.Points.Count && series.Points[next].Time < at - (step / 2)) next++;
            var has = next < series.Points.Count && series.Points[next].Time < at + (step / 2);
            WritePoint(json, at, has ? series.Points[next].Value : double.NaN);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSparse(Utf8JsonWriter json, PanelSeries series)
    {
        WriteSeriesHead(json, series);
        foreach (var (at, value) in series.Points) WritePoint(json, at, value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSeriesHead(Utf8JsonWriter json, PanelSeries series)
    {
        json.WriteStartObject();
        json.WriteString("name", series.Name);
        json.WriteStartObject("labels");
        foreach (var (name, value) in series.Labels) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("points");
    }

    private static void WriteTable(Utf8JsonWriter json, QueryTable table)
    {
        json.WriteStartObject("table");
        TableJson.Write(json, table);
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, double at, double value)
    {
        json.WriteStartArray();
        json.WriteNumberValue(Math.Round(at, 3));
        if (double.IsFinite(value)) json.WriteNumberValue(Math.Round(value, 6));
        else json.WriteNullValue();
        json.WriteEndArray();
    }

    private string WhyEmpty(Panel panel, double from)
    {
        if (panel.Kql is not null) return "The flow logs have no such rows in this time. Which flows are kept is said by ContainerNetworkLog.";
        if (prometheus is not null) return "Prometheus has no such series in this time.";
        if (samples.Since is not { } since) return "The hub has taken no samples yet; the first come within 15 seconds.";
        return from < since - SampleStore.Step
            ? $"Nothing of this kind was seen. The hub's own samples begin at {DateTimeOffset.FromUnixTimeSeconds((long)since):HH:mm:ss} UTC; a Prometheus (weir hub --prometheus) keeps older ones."
            : "Nothing of this kind was seen in this time.";
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
