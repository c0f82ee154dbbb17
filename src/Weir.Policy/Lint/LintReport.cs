using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Policy.Lint;

/// <summary>What a check found.</summary>
/// <param name="Findings">The findings, by file and line.</param>
public sealed record LintReport(IReadOnlyList<Finding> Findings)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>1 where there are errors, or warnings of a strict check; else 0.</summary>
    public int ExitCode(bool strict) =>
        Findings.Any(f => f.Severity == FindingSeverity.Error || (strict && f.Severity == FindingSeverity.Warning)) ? 1 : 0;

    /// <summary>Each finding with how to mend it, and a closing line.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings) text.Append(CultureInfo.InvariantCulture, $"{finding}\n");
        int errors = Count(FindingSeverity.Error), warnings = Count(FindingSeverity.Warning), infos = Count(FindingSeverity.Info);
        return text.Append(CultureInfo.InvariantCulture, $"{Counted(errors, "error")}, {Counted(warnings, "warning")}, {Counted(infos, "note")}\n").ToString();
    }

    /// <summary><c>{"findings":[{code,severity,file,path,message,mend,policy,document,line}]}</c>.</summary>
    public string ToJson() => new JsonObject
    {
        ["findings"] = new JsonArray([.. Findings.Select(f => new JsonObject
        {
            ["code"] = f.Code,
            ["severity"] = f.Severity.ToString().ToLowerInvariant(),
            ["file"] = f.File,
            ["path"] = f.Path,
            ["message"] = f.Message,
            ["mend"] = f.Mend,
            ["policy"] = f.Policy,
            ["document"] = f.Document,
            ["line"] = f.Line,
        })]),
    }.ToJsonString(Indented) + "\n";

    /// <summary>SARIF 2.1.0, which code hosts show beside the lines.</summary>
    public string ToSarif() => new JsonObject
    {
        ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
        ["version"] = "2.1.0",
        ["runs"] = new JsonArray(new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "weir policy check",
                    ["rules"] = new JsonArray([.. Findings.Select(f => f.Code).Distinct().Order(StringComparer.Ordinal).Select(c => new JsonObject { ["id"] = c })]),
                },
            },
            ["results"] = new JsonArray([.. Findings.Select(Sarif)]),
        }),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Sarif(Finding finding) => new()
    {
        ["ruleId"] = finding.Code,
        ["level"] = finding.Severity switch { FindingSeverity.Error => "error", FindingSeverity.Warning => "warning", _ => "note" },
        ["message"] = new JsonObject { ["text"] = $"{finding.Path}: {finding.Message} {finding.Mend}" },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = finding.File },
                ["region"] = new JsonObject { ["startLine"] = Math.Max(1, finding.Line) },
            },
        }),
    };

    private int Count(FindingSeverity severity) => Findings.Count(f => f.Severity == severity);

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
