using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Flows;

namespace Weir.Hub.Ui.Dashboards;

/// <summary>Puts what the page has chosen into a panel's question: <c>$namespace</c>, <c>$workload</c>, <c>$node</c> and Grafana's intervals.</summary>
/// <param name="namespaces">The namespaces; empty for all.</param>
/// <param name="workloads">The workloads; empty for all.</param>
/// <param name="nodes">The nodes; empty for all.</param>
/// <param name="step">Seconds between two points.</param>
/// <param name="range">Seconds that are shown.</param>
internal sealed partial class PanelVariables(IReadOnlyList<string> namespaces, IReadOnlyList<string> workloads, IReadOnlyList<string> nodes, double step, double range)
{
    /// <summary>Reads them.</summary>
    public static PanelVariables Read(IQueryCollection query, double step, double range) =>
        new(UiScope.NamespacesOf(query), List(query, "workload"), List(query, "node"), step, range);

    /// <summary>The question with values in the place of variables. In a matcher a variable is a pattern.</summary>
    public string Put(string expr) => Variable().Replace(expr, match => match.Groups["name"].Value switch
    {
        "namespace" => Pattern(namespaces),
        "workload" => Pattern(workloads),
        "node" or "nodes" or "Nodes" => Pattern(nodes),
        "cluster" => ".*",

        // Four rounds of samples, so that a rate always has some.
        "__rate_interval" or "__interval" => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(60, (int)(step * 4))}s"),
        "__range" => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(60, (int)range)}s"),
        _ => match.Value,
    });

    /// <summary>A KQL question with values in the place of variables, each a list of texts that is empty when nothing is chosen, and of Grafana's macros of time.</summary>
    /// <param name="kql">The question.</param>
    /// <param name="from">The beginning of what is shown.</param>
    /// <param name="until">Its end.</param>
    public string PutKql(string kql, DateTimeOffset from, DateTimeOffset until) => TimeFilter()
        .Replace(kql, match => string.Create(CultureInfo.InvariantCulture, $"{match.Groups["column"].Value} between (datetime({from.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}) .. datetime({until.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}))"))
        .Replace("$__timeInterval", string.Create(CultureInfo.InvariantCulture, $"{step:0}s"), StringComparison.Ordinal)
        .Replace("$namespace", Texts(namespaces), StringComparison.Ordinal)
        .Replace("$workload", Texts(workloads), StringComparison.Ordinal);

    private static string Texts(IReadOnlyList<string> values) => $"dynamic([{string.Join(",", values.Select(v => $"\"{v.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}])";

    private static string[] List(IQueryCollection query, string name) => query[name].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // Inside a text of PromQL, so that the pattern's own backslashes are doubled.
    private static string Pattern(IReadOnlyList<string> values) =>
        values.Count == 0 ? ".*" : string.Join('|', values.Select(v => Regex.Escape(v).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)));

    [GeneratedRegex(@"\$\{?(?<name>\w+)\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$__timeFilter\((?<column>\w+)\)")]
    private static partial Regex TimeFilter();
}
