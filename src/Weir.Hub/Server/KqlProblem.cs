using System.Globalization;
using Weir.Kql.Diagnostics;

namespace Weir.Hub.Server;

/// <summary>A problem of a query in the words of the engine, whose codes are fewer than the analyser's.</summary>
internal static class KqlProblem
{
    /// <summary>Whether the text could not be read, rather than understood.</summary>
    public static bool IsSyntax(KqlDiagnostic problem) =>
        problem.Code.StartsWith("KS", StringComparison.Ordinal) && int.TryParse(problem.Code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is < 100 or 244 or 245;

    /// <summary>The engine's code.</summary>
    public static string Code(KqlDiagnostic problem) => IsSyntax(problem) ? "SYN0002" : "SEM0100";

    /// <summary>What is wrong and how to mend it; the analyser's code stands behind.</summary>
    public static string Sentence(KqlDiagnostic problem) => $"{problem.Message}{(problem.Hint is { } hint ? $" ({hint})" : "")} [{problem.Code}]";

    /// <summary>The piece of the text that is meant.</summary>
    public static string Token(KqlDiagnostic problem, string text) =>
        problem.Start >= text.Length ? "" : text.Substring(problem.Start, Math.Min(Math.Min(problem.Length, 100), text.Length - problem.Start));
}
