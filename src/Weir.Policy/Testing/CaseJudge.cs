using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Policy.Documents;
using Weir.Policy.Reading;

namespace Weir.Policy.Testing;

/// <summary>Answers cases, or compares the answers with what the cases expect.</summary>
public sealed class CaseJudge
{
    private readonly CaseBatch _batch = new();

    /// <summary>The answer to one case as a JSON line: a verdict, or whether a policy is accepted. A malformed case gets an <c>error</c>.</summary>
    public string Answer(string line)
    {
        var id = "";
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            id = IdOf(row);
            if (row.TryGetProperty("policy", out var policy))
            {
                var reading = PolicyReader.Read(policy);
                var accepted = new JsonObject { ["id"] = id, ["accepted"] = reading.IsAccepted };
                if (!reading.IsAccepted) accepted["error"] = Errors(reading);
                return accepted.ToJsonString();
            }

            return CaseJson.Answer(id, _batch.Ask(row)).ToJsonString();
        }
        catch (Exception e) when (IsFault(e))
        {
            return new JsonObject { ["id"] = id, ["error"] = e.Message }.ToJsonString();
        }
    }

    /// <summary>Compares the answer to one case with what it expects.</summary>
    public CaseResult Judge(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Judge(document.RootElement);
        }
        catch (JsonException e)
        {
            return new CaseResult("", [$"This line is no JSON: {e.Message}"]);
        }
    }

    /// <summary>Compares the answer to one case with what it expects.</summary>
    public CaseResult Judge(JsonElement row)
    {
        var id = row.ValueKind == JsonValueKind.Object ? IdOf(row) : "";
        try
        {
            return new CaseResult(id, row.TryGetProperty("policy", out var policy) ? JudgePolicy(row, policy) : JudgeFlow(row));
        }
        catch (Exception e) when (IsFault(e))
        {
            return new CaseResult(id, [$"The case cannot be read: {e.Message}"]);
        }
    }

    private static List<string> JudgePolicy(JsonElement row, JsonElement policy)
    {
        var expected = row.GetProperty("accepted").GetBoolean();
        var reading = PolicyReader.Read(policy);
        if (reading.IsAccepted == expected) return [];
        return [expected ? $"expected to be accepted, but: {Errors(reading)}" : "expected to be rejected, but it is accepted"];
    }

    private List<string> JudgeFlow(JsonElement row)
    {
        var answer = _batch.Ask(row);
        var expect = row.GetProperty("expect");
        List<string> mismatches = [];
        if (CaseRequest.Read(row) is { } request)
        {
            var wanted = expect.ValueKind == JsonValueKind.String ? expect.GetString() : expect.GetProperty("verdict").GetString();
            var found = request.Passes(answer.Egress.Decision) && request.Passes(answer.Ingress.Decision) ? "allow" : "deny";
            if (wanted != found) mismatches.Add($"{request}: expected {wanted}, found {found}; {Both(answer)}");
            return mismatches;
        }

        if (expect.ValueKind == JsonValueKind.String)
        {
            Compare("verdict", expect.GetString(), answer.Verdict, Both(answer));
            return mismatches;
        }

        if (Text(expect, "egress") is { } egress) Compare("egress", egress, answer.Egress.Verdict, DecisionText.Why(answer.Egress));
        if (Text(expect, "ingress") is { } ingress) Compare("ingress", ingress, answer.Ingress.Verdict, DecisionText.Why(answer.Ingress));
        if (Text(expect, "verdict") is { } verdict) Compare("verdict", verdict, answer.Verdict, Both(answer));
        if (expect.TryGetProperty("l7", out var l7))
        {
            CompareL7("egress", l7, answer.Egress);
            CompareL7("ingress", l7, answer.Ingress);
        }

        return mismatches;

        void Compare(string what, string? wanted, string found, string why)
        {
            if (wanted != found) mismatches.Add($"{what}: expected {wanted}, found {found}: {why}");
        }

        void CompareL7(string direction, JsonElement expected, CaseSide side)
        {
            var wanted = expected.TryGetProperty(direction, out var rules) ? JsonNode.Parse(rules.GetRawText()) : null;
            JsonNode? found = CaseJson.L7(side.Decision);
            if (!JsonNode.DeepEquals(wanted, found)) mismatches.Add($"l7.{direction}: expected {Show(wanted)}, found {Show(found)}: {DecisionText.Why(side)}");
        }
    }

    private static string Both(CaseAnswer answer) => $"egress: {DecisionText.Why(answer.Egress)}; ingress: {DecisionText.Why(answer.Ingress)}";

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "none";

    private static string Errors(PolicyReading reading) =>
        string.Join(" ", reading.Problems.Where(p => p.Kind != ProblemKind.Unsupported).Select(p => p.ToString()));

    private static string IdOf(JsonElement row) => Text(row, "id") ?? Text(row, "name") ?? "";

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsFault(Exception e) => e is JsonException or FormatException or ArgumentException or KeyNotFoundException or InvalidOperationException;
}
