using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Store;
using Weir.Hub.Server;
using Weir.Hub.Ui.Filters;
using Weir.Hub.Ui.Session;
using Weir.Hub.Ui.State;

namespace Weir.Hub.Ui.Flows;

/// <summary><c>/ui/api/flows</c>: past flows, live ones, and completion of filters.</summary>
/// <param name="gate">The way in.</param>
/// <param name="search">Finds past flows.</param>
/// <param name="live">Streams what comes.</param>
/// <param name="pulse">How the nodes are.</param>
/// <param name="store">Which of its rows are aggregates.</param>
/// <param name="values">The values that there are of a key of filters.</param>
/// <param name="time">The clock.</param>
internal sealed class FlowEndpoints(UiGate gate, FlowSearch search, LiveFlows live, ClusterPulse pulse, FlowStore store, Func<string, IEnumerable<string>> values, TimeProvider time)
{
    private const int UsualLimit = 1000;
    private const int MostLimit = 10_000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Get(routes, "/ui/api/flows", PastAsync);
        gate.Get(routes, "/ui/api/flows/live", c => live.SendAsync(c, UiScope.Read(c.Request.Query, time.GetUtcNow())));
        gate.Get(routes, "/ui/api/complete", CompleteAsync);
    }

    /// <summary>A number of a query.</summary>
    /// <exception cref="UiProblem">It is none, or out of bounds.</exception>
    public static int Whole(IQueryCollection query, string name, int usual, int most)
    {
        var text = query[name].ToString();
        if (text.Length == 0) return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new UiProblem($"'{name}' is '{text}'; give 1 to {most}.");
    }

    private async Task PastAsync(HttpContext context)
    {
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var limit = Whole(context.Request.Query, "limit", UsualLimit, MostLimit);
        using var rows = new RowBuffer();
        rows.Json.WriteStartObject();
        rows.Json.WriteStartArray("flows"u8);
        var more = await search.NewestAsync(
            scope, limit,
            (in FlowView flow, ReadOnlySpan<byte> _) =>
            {
                FlowRowWriter.Write(rows.Json, flow);
                return true;
            },
            context.RequestAborted);
        rows.Json.WriteEndArray();
        rows.Json.WriteBoolean("more"u8, more);
        rows.Json.WritePropertyName("coverage"u8);
        pulse.Coverage.Write(rows.Json);
        using (var snapshot = store.Hold())
        {
            if (snapshot.Manifest.Segments.Any(s => s.IsAggregate && s.Until >= scope.From.UtcTicks && s.From <= scope.Until.UtcTicks))
                rows.Json.WriteString("aggregatedBefore"u8, new DateTime(snapshot.Manifest.RawFrom, DateTimeKind.Utc));
        }

        rows.Json.WriteEndObject();
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(rows.Line(), context.RequestAborted);
    }

    private Task CompleteAsync(HttpContext context)
    {
        var text = context.Request.Query["q"].ToString();
        var at = int.TryParse(context.Request.Query["at"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : text.Length;
        var (start, items) = FilterCompletion.At(text, at, values);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("start", start);
            json.WriteNumber("length", Math.Clamp(at, 0, text.Length) - start);
            json.WriteStartArray("items");
            foreach (var item in items)
            {
                json.WriteStartObject();
                json.WriteString("text", item.Text);
                json.WriteString("insert", item.Insert);
                json.WriteString("detail", item.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
