using System.Text.Json.Nodes;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Policy.Testing;

/// <summary>Writes answers in the form that cases hold.</summary>
public static class CaseJson
{
    /// <summary>The parser and the rules for each selector, as JSON; null where the flow is not redirected.</summary>
    public static string? WriteL7(PolicyDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return L7(decision)?.ToJsonString();
    }

    /// <summary>The same as a JSON node.</summary>
    public static JsonObject? L7(PolicyDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.L7 is not { } l7) return null;
        return new JsonObject
        {
            ["parser"] = l7.Parser,
            ["rules"] = new JsonArray([.. l7.Alternatives.Select(Alternative).OrderBy(a => a.ToJsonString(), StringComparer.Ordinal)]),
        };
    }

    /// <summary>The answer to a verdict case, as one JSON object.</summary>
    public static JsonObject Answer(string id, CaseAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var json = new JsonObject
        {
            ["id"] = id,
            ["egress"] = answer.Egress.Verdict,
            ["ingress"] = answer.Ingress.Verdict,
            ["verdict"] = answer.Verdict,
            ["enforced"] = new JsonObject { ["egress"] = answer.Egress.IsEnforced, ["ingress"] = answer.Ingress.IsEnforced },
        };
        var by = new JsonObject();
        if (DecisionText.By(answer.Egress, TrafficDirection.Egress) is { Count: > 0 } egress) by["egress"] = Strings(egress);
        if (DecisionText.By(answer.Ingress, TrafficDirection.Ingress) is { Count: > 0 } ingress) by["ingress"] = Strings(ingress);
        if (by.Count > 0) json["by"] = by;
        var l7 = new JsonObject();
        if (L7(answer.Egress.Decision) is { } outgoing) l7["egress"] = outgoing;
        if (L7(answer.Ingress.Decision) is { } incoming) l7["ingress"] = incoming;
        if (l7.Count > 0) json["l7"] = l7;
        return json;
    }

    private static JsonObject Alternative(L7Alternative alternative)
    {
        if (alternative.IsUnrestricted) return new JsonObject { ["unrestricted"] = true };
        if (alternative.ServerNames.Count > 0) return new JsonObject { ["serverNames"] = Strings(alternative.ServerNames) };
        var rules = new JsonObject();
        if (alternative.Http.Count > 0) rules["http"] = new JsonArray([.. alternative.Http.Select(Http)]);
        if (alternative.Dns.Count > 0) rules["dns"] = new JsonArray([.. alternative.Dns.Select(n => new JsonObject { [n.IsPattern ? "matchPattern" : "matchName"] = n.Text })]);
        if (alternative.Other.Count > 0) rules["other"] = new JsonArray([.. alternative.Other.Select(o => JsonNode.Parse(o))]);
        return new JsonObject { ["rules"] = rules };
    }

    private static JsonObject Http(HttpRule rule)
    {
        var json = new JsonObject();
        if (rule.Path is { } path) json["path"] = path;
        if (rule.Method is { } method) json["method"] = method;
        if (rule.Host is { } host) json["host"] = host;
        if (rule.Headers.Count > 0) json["headers"] = Strings(rule.Headers);
        if (rule.HeaderMatches.Count > 0)
        {
            json["headerMatches"] = new JsonArray([.. rule.HeaderMatches.Select(h =>
            {
                var match = new JsonObject();
                if (h.Mismatch.Length > 0) match["mismatch"] = h.Mismatch;
                match["name"] = h.Name;
                if (h.Value.Length > 0) match["value"] = h.Value;
                return match;
            })]);
        }

        return json;
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
