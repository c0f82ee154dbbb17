using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Hub.Server;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Session;
using Weir.Policy.Explain;
using Weir.Policy.Matrix;
using Weir.Policy.Rules;

namespace Weir.Hub.Ui.Policies;

/// <summary>What can be asked about policies: why, who reaches whom, and what a change would change.</summary>
/// <param name="gate">The way in.</param>
/// <param name="book">The policies of now.</param>
/// <param name="search">Finds the flows of the last hours.</param>
/// <param name="time">The clock.</param>
internal sealed class QuestionEndpoints(UiGate gate, PolicyBook book, FlowSearch search, TimeProvider time)
{
    private const int MostHours = 24 * 7;
    private const int MostWorkloads = 120;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Post(routes, "/ui/api/policies/explain", ExplainAsync);
        gate.Get(routes, "/ui/api/policies/matrix", MatrixAsync);
        gate.PostAsOperator(routes, "/ui/api/policies/try", TryAsync);
    }

    private async Task ExplainAsync(HttpContext context)
    {
        using var body = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
        var (from, to, port) = (Wanted(body, "from", "pets/store-front"), Wanted(body, "to", "pets/product-service"), Wanted(body, "port", "3002/tcp"));
        Explanation explanation;
        try
        {
            explanation = new Explainer(book.Now.World, new Dictionary<PolicyName, string>()).Explain(from, to, port);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UiProblem(e.Message, e) { Code = "question" };
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("verdict", Word(explanation.Verdict));
            json.WriteString("sentence", Sentence(explanation, from, to, port));
            Side(json, "ingress", explanation.Ingress);
            Side(json, "egress", explanation.Egress);
            if (explanation.Patch is { Yaml.Length: > 0 } patch) json.WriteString("patch", patch.Yaml);
            Texts(json, "alsoAdmits", explanation.Patch?.AlsoAdmits ?? []);
            if (explanation.Patch?.Note is { } note) json.WriteString("note", note);
            Texts(json, "notes", explanation.Notes);
            json.WriteEndObject();
        });
    }

    private async Task MatrixAsync(HttpContext context)
    {
        var namespaces = UiScope.NamespacesOf(context.Request.Query);
        var world = book.Now.World;
        if (namespaces.Count > 0) world = world with { Endpoints = [.. world.Endpoints.Where(e => namespaces.Contains(e.Namespace) || e.Namespace == "kube-system")] };
        if (world.Endpoints.Count > MostWorkloads) throw new UiProblem($"{world.Endpoints.Count} workloads make too large a table; choose a namespace (at most {MostWorkloads} workloads).");
        var matrix = await Task.Run(() => ReachMatrix.Build(world, namespaces.Count == 1 ? namespaces[0] : null), context.RequestAborted);
        var pairs = matrix.Cells.GroupBy(c => (c.From, c.To)).ToList();
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            Texts(json, "names", pairs.SelectMany(p => (string[])[p.Key.From, p.Key.To]).Distinct());
            json.WriteStartArray("cells");
            foreach (var pair in pairs)
            {
                var open = pair.Where(c => c.Verdict != "deny").ToList();
                json.WriteStartObject();
                json.WriteString("from", pair.Key.From);
                json.WriteString("to", pair.Key.To);
                json.WriteString("verdict", open.Count == 0 ? "denied" : open.Exists(c => c.Verdict == "redirect") ? "redirected" : "allowed");
                json.WriteString("ports", open.Count == 0 ? "" : open.Count == pair.Count() && open.TrueForAll(c => c.Verdict == "allow") ? "all" : string.Join(", ", open.Select(c => c.PortText.ToLowerInvariant() + (c.Verdict == "redirect" ? "*" : ""))));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task TryAsync(HttpContext context)
    {
        using var body = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
        var yaml = Wanted(body, "yaml", "a policy");
        var hours = BodyReader.Member(body.RootElement, "hours") is { ValueKind: JsonValueKind.Number } given ? given.GetDouble() : 6;
        if (hours is not (> 0 and <= MostHours)) throw new UiProblem(string.Create(CultureInfo.InvariantCulture, $"'hours' is {hours}; give more than 0 and at most {MostHours}."));
        var now = time.GetUtcNow();
        var trial = await Trial.OfAsync(book.Now, yaml, search, now.AddHours(-hours), now, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("findings");
            foreach (var finding in trial.Findings) PolicyEndpoints.WriteFinding(json, finding);
            json.WriteEndArray();
            json.WriteNumber("flows", trial.Flows);
            json.WriteStartArray("changes");
            foreach (var change in trial.Changes)
            {
                json.WriteStartObject();
                json.WriteString("source", change.Source);
                json.WriteString("destination", change.Destination);
                json.WriteNumber("port", change.Port);
                json.WriteString("protocol", change.Protocol);
                json.WriteString("before", change.Before);
                json.WriteString("after", change.After);
                json.WriteNumber("flows", change.Flows);
                if (change.Rule.Length > 0) json.WriteString("rule", change.Rule);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static string Wanted(JsonDocument body, string name, string example) =>
        BodyReader.Text(body.RootElement, name) is { Length: > 0 } text ? text.Trim() : throw new UiProblem($"The request has no '{name}', such as {example}.");

    private static string Word(string verdict) => verdict switch { "allow" => "allowed", "redirect" => "redirected", _ => "denied" };

    private static string Sentence(Explanation explanation, string from, string to, string port)
    {
        var stopping = explanation.Egress.Stops ? explanation.Egress : explanation.Ingress.Stops ? explanation.Ingress : null;
        return stopping is null
            ? $"{from} reaches {to} on {port}{(explanation.Verdict == "redirect" ? ", and a proxy looks at what is said" : "")}."
            : $"{from} does not reach {to} on {port}: {stopping.Direction} is denied, {stopping.Why}.";
    }

    private static void Side(Utf8JsonWriter json, string name, SideExplanation side)
    {
        json.WriteStartObject(name);
        json.WriteString("verdict", Word(side.Verdict));
        json.WriteString("why", side.Why);
        Texts(json, "rules", side.Rules);
        Texts(json, "defaultDenyBy", side.CausedBy);
        if (side.Nearest is { } nearest)
        {
            json.WriteStartObject("nearest");
            json.WriteString("rule", nearest.Rule);
            json.WriteString("field", nearest.Field);
            json.WriteString("missed", string.Join("; ", nearest.Reasons));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
