using Weir.Policy.Reading;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP108: a path that no request with a query string fits; WP114: GET without HEAD.</summary>
internal sealed class QueryStringRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        // The same few paths stand in many policies, and each costs an automaton.
        Dictionary<string, bool> known = new(StringComparer.Ordinal);
        foreach (var rule in context.Rules)
        {
            for (var i = 0; i < (rule.Rule.Ports?.Count ?? 0); i++)
            {
                var http = rule.Rule.Ports![i].L7?.Http ?? [];
                for (var j = 0; j < http.Count; j++)
                {
                    var path = $"{rule.Path}.toPorts[{i}].rules.http[{j}]";
                    if (http[j].Path is { } pattern && !TakesQuery(pattern, known))
                    {
                        yield return rule.Document.Finding(
                            "WP108",
                            FindingSeverity.Warning,
                            path + ".path",
                            $"The path is a pattern for the whole path with its query string: '{pattern}' matches no request with a query ('{Literal(pattern)}?a=1'){(Literal(pattern) is "/" ? " and no path below '/'" : "")}, which is refused with 403.",
                            $"Write '{Literal(pattern)}(\\?.*)?' to allow queries{(Literal(pattern) is "/" ? ", '/.*' to allow every path" : "")}.");
                    }

                    if (http[j].Method is "GET" && !http.Any(h => h.Method is null || h.Method.Contains("HEAD", StringComparison.Ordinal)))
                    {
                        yield return rule.Document.Finding(
                            "WP114",
                            FindingSeverity.Info,
                            path + ".method",
                            "GET does not include HEAD, which health checks and 'wget --spider' send.",
                            "Write 'GET|HEAD' if such requests should pass.");
                    }
                }
            }
        }
    }

    private static bool TakesQuery(string pattern, Dictionary<string, bool> known) =>
        known.TryGetValue(pattern, out var takes) ? takes : known[pattern] = TakesQuery(pattern);

    private static bool TakesQuery(string pattern)
    {
        if (LinearPattern.Check(pattern) is not null) return true;
        var regex = LinearPattern.Compile(pattern);
        var literal = Literal(pattern);
        return pattern.Contains('?', StringComparison.Ordinal) || regex.IsMatch(literal + "?a=1") || pattern.EndsWith(".*", StringComparison.Ordinal) ||
            pattern.EndsWith(".+", StringComparison.Ordinal) || pattern.EndsWith(".*$", StringComparison.Ordinal) || pattern.Contains("[^", StringComparison.Ordinal);
    }

    private static string Literal(string pattern) => pattern.TrimStart('^').TrimEnd('$');
}
