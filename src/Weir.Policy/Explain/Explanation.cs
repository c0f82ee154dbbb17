using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Policy.Explain;

/// <summary>What becomes of a flow, why, and what would change it.</summary>
/// <param name="Flow">The flow in words.</param>
/// <param name="Verdict"><c>allow</c>, <c>redirect</c> or <c>deny</c>; with a request, <c>allow</c> or <c>deny</c>.</param>
/// <param name="Egress">The source's side.</param>
/// <param name="Ingress">The destination's side.</param>
/// <param name="Patch">What would let it pass; null where it passes.</param>
/// <param name="Notes">What had to be assumed.</param>
public sealed record Explanation(string Flow, string Verdict, SideExplanation Egress, SideExplanation Ingress, Patch? Patch, IReadOnlyList<string> Notes)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Flow}: {Verdict}\n");
        foreach (var note in Notes) text.Append(CultureInfo.InvariantCulture, $"  note: {note}\n");
        foreach (var side in new[] { Egress, Ingress })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{side.Direction}: {side.Verdict}: {side.Why}\n");
            foreach (var rule in side.Rules) text.Append(CultureInfo.InvariantCulture, $"  {rule.TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
            if (side.Request is { } request) text.Append(CultureInfo.InvariantCulture, $"  {request}\n");
            foreach (var policy in side.CausedBy) text.Append(CultureInfo.InvariantCulture, $"  default deny comes from {policy}\n");
            if (side.Nearest is not { } nearest) continue;
            text.Append(CultureInfo.InvariantCulture, $"  nearest rule: {nearest.Rule}; it misses at {nearest.Field}\n");
            foreach (var reason in nearest.Reasons) text.Append(CultureInfo.InvariantCulture, $"    {reason}\n");
        }

        if (Patch is not { } patch) return text.ToString();
        if (patch.Yaml.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThis would allow it:\n\n{patch.Yaml}\n");
            text.Append(patch.AlsoAdmits.Count == 0 ? "Among the pods that are known it admits nothing else.\n" : "It would also admit:\n");
            foreach (var other in patch.AlsoAdmits) text.Append(CultureInfo.InvariantCulture, $"  {other}\n");
        }

        if (patch.Note is { } besides) text.Append(CultureInfo.InvariantCulture, $"{besides}\n");
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public string ToJson() => new JsonObject
    {
        ["flow"] = Flow,
        ["verdict"] = Verdict,
        ["egress"] = Side(Egress),
        ["ingress"] = Side(Ingress),
        ["patch"] = Patch is null ? null : new JsonObject { ["yaml"] = Patch.Yaml, ["alsoAdmits"] = Strings(Patch.AlsoAdmits), ["note"] = Patch.Note },
        ["notes"] = Strings(Notes),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Side(SideExplanation side) => new()
    {
        ["verdict"] = side.Verdict,
        ["why"] = side.Why,
        ["rules"] = Strings(side.Rules),
        ["defaultDenyBy"] = Strings(side.CausedBy),
        ["nearest"] = side.Nearest is { } nearest ? new JsonObject { ["rule"] = nearest.Rule, ["field"] = nearest.Field, ["reasons"] = Strings(nearest.Reasons) } : null,
        ["request"] = side.Request,
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
