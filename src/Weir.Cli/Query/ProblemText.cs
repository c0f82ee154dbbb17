using Weir.Kql.Diagnostics;

namespace Weir.Cli.Query;

/// <summary>A problem of a query for people: place, what, how to mend, and the line with a mark below.</summary>
internal static class ProblemText
{
    public static string Of(string text, KqlDiagnostic problem)
    {
        var (line, column) = problem.Position(text);
        var written = text.Split('\n')[line - 1].TrimEnd('\r');
        var hint = problem.Hint is { } mend ? $" ({mend})" : "";
        var mark = new string(' ', column - 1) + new string('^', Math.Clamp(problem.Length, 1, Math.Max(1, written.Length - column + 1)));
        return $"{line}:{column}: {problem.Code}: {problem.Message}{hint}\n  {written}\n  {mark}";
    }
}
