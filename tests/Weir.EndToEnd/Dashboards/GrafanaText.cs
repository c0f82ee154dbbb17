using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Dashboards;

/// <summary>Puts the values of variables into a question as Grafana does: its Prometheus data source makes patterns of them, its Kusto plugin lists of texts.</summary>
internal static partial class GrafanaText
{
    /// <summary>What is shown: the last five minutes.</summary>
    public const int RangeSeconds = 300;

    /// <summary>A question in PromQL.</summary>
    /// <param name="text">The question.</param>
    /// <param name="dashboard">Whose variables it uses.</param>
    /// <param name="chosen">What is chosen of them; all of those that are not named.</param>
    public static string Metrics(string text, DashboardFile dashboard, IReadOnlyDictionary<string, string[]> chosen) => Complete(Variable().Replace(text, match => match.Groups["name"].Value switch
    {
        "__rate_interval" => "60s",
        "__range" => string.Create(CultureInfo.InvariantCulture, $"{RangeSeconds}s"),
        var name when dashboard.Variables.FirstOrDefault(v => v.Name == name) is { } variable => Pattern(chosen.GetValueOrDefault(name)) ?? variable.All!,
        _ => match.Value,
    }));

    /// <summary>A question in KQL.</summary>
    public static string Logs(string text, DashboardFile dashboard, IReadOnlyDictionary<string, string[]> chosen, DateTimeOffset from, DateTimeOffset until)
    {
        var filled = Contains().Replace(text, match =>
        {
            var value = Value(match.Groups["name"].Value);
            return value == "all" ? "1 == 1" : $"{match.Groups["column"].Value} in ({value})";
        });
        filled = filled.Replace("$__timeFilter(TimeGenerated)", $"TimeGenerated >= {Time(from)} and TimeGenerated <= {Time(until)}", StringComparison.Ordinal).Replace("$__timeInterval", "15000ms", StringComparison.Ordinal);
        return Complete(Variable().Replace(filled, match => Value(match.Groups["name"].Value)));

        string Value(string name)
        {
            var variable = dashboard.Variables.Single(v => v.Name == name);
            return chosen.GetValueOrDefault(name) is { } values ? variable.IsMulti ? string.Join(',', values.Select(v => $"'{v}'")) : values[0] : variable.All ?? variable.Current;
        }
    }

    private static string Time(DateTimeOffset at) => $"datetime({at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ})";

    private static string? Pattern(string[]? values) =>
        values is null ? null : values.Length == 1 ? Escaped(values[0]) : $"({string.Join('|', values.Select(Escaped))})";

    private static string Escaped(string value) => Special().Replace(value.Replace("\\", "\\\\\\\\", StringComparison.Ordinal), "\\\\$&");

    private static string Complete(string text) =>
        Variable().IsMatch(text) ? throw new InvalidOperationException($"A variable is left in: {text}") : text;

    // $1 and the like belong to label_replace.
    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_]\w*)\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$__contains\((?<column>\w+), \$(?<name>\w+)\)")]
    private static partial Regex Contains();

    [GeneratedRegex(@"[$^*{}\[\]'+?.()|]")]
    private static partial Regex Special();
}
