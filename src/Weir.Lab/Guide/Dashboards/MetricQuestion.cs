using System.Text.RegularExpressions;

namespace Weir.Lab.Guide.Dashboards;

/// <summary>A sum over series, as a panel of a dashboard asks for it.</summary>
/// <param name="Family">The family.</param>
/// <param name="By">The label that the sums are told apart by.</param>
/// <param name="Matchers">Labels, each with the regular expression that its whole value has to match.</param>
public sealed partial record MetricQuestion(string Family, string By, params IReadOnlyList<KeyValuePair<string, string>> Matchers)
{
    /// <summary>In Prometheus' query language.</summary>
    public string Promql => $"sum by ({By}) ({Family}{{{string.Join(',', Matchers.Select(m => $"{m.Key}=~\"{m.Value}\""))}}})";

    /// <summary>Answers it out of a page in Prometheus' text format.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AnswerFrom(string page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (Match line in Series().Matches(page))
        {
            if (line.Groups[1].Value != Family) continue;
            var labels = Label().Matches(line.Groups[2].Value).ToDictionary(l => l.Groups[1].Value, l => l.Groups[2].Value, StringComparer.Ordinal);
            if (!Matchers.All(m => Regex.IsMatch(labels.GetValueOrDefault(m.Key, ""), $"^(?:{m.Value})$"))) continue;
            var by = labels.GetValueOrDefault(By, "");
            sums[by] = sums.GetValueOrDefault(by) + double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture);
        }

        return [.. sums];
    }

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} ([0-9.eE+-]+)$", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
