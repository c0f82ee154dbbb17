using System.Text.RegularExpressions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Operators on text. Without regard to case unless they say so; terms are runs of letters and digits.</summary>
internal static class TextOperatorSql
{
    private const string Letter = @"[\p{L}\p{N}]";
    private const string NoLetter = @"[^\p{L}\p{N}]";

    /// <summary>SQL of an operator.</summary>
    /// <param name="scalar">Where it stands.</param>
    /// <param name="op">Which.</param>
    /// <param name="left">The text that is looked into.</param>
    /// <param name="right">What for.</param>
    /// <param name="exact">False where a null counts as false.</param>
    public static string Write(ScalarSql scalar, ScalarOperator op, Scalar left, Scalar right, bool exact)
    {
        var name = op.ToString();
        var not = name.StartsWith("Not", StringComparison.Ordinal);
        if (not) name = name[3..];
        var isCased = name.EndsWith("Cs", StringComparison.Ordinal);
        if (isCased) name = name[..^2];
        var plain = exact || not || right is not Literal { Value: string { Length: > 0 } } || name == "MatchesRegex" ? null : scalar.PlainOf(left);
        var text = plain ?? scalar.As(left, KqlType.String);
        var match = Match(scalar, name, isCased, text, right);
        return not ? $"(NOT {match})" : match;
    }

    /// <summary>Whether the text has the term.</summary>
    public static string Has(string text, string needle, bool exact) => Term(text, needle, exact, start: true, end: true);

    private static string Match(ScalarSql scalar, string name, bool exact, string text, Scalar right)
    {
        if (right is Literal { Value: string needle, Type: KqlType.String })
        {
            switch (name)
            {
                case "Has": return Has(text, needle, exact);
                case "HasPrefix": return Term(text, needle, exact, start: true, end: false);
                case "HasSuffix": return Term(text, needle, exact, start: false, end: true);
                case "Contains" when !exact && needle.AsSpan().IndexOfAny("%_\\") < 0: return $"({text} ILIKE {SqlLiteral.Text($"%{needle}%")})";
                default: break;
            }
        }

        var pattern = scalar.As(right, KqlType.String);
        var (a, b) = exact || name == "MatchesRegex" ? (text, pattern) : (Lower(text), Lower(pattern, right));
        return name switch
        {
            "EqualIgnoreCase" => $"({a} = {b})",
            "Contains" => $"contains({a}, {b})",
            "StartsWith" => $"starts_with({a}, {b})",
            "EndsWith" => $"ends_with({a}, {b})",
            "MatchesRegex" => right is Literal { Value: string regex } && !NeedsDotNet(regex) ? $"regexp_matches({text}, {SqlLiteral.Text(regex)})" : $"k_matches({text}, {pattern})",
            _ => $"k_{name.ToLowerInvariant()}({a}, {b})", // has, hasprefix, hassuffix
        };
    }

    /// <summary>Whether a regular expression is one that RE2, which DuckDB has, does not read.</summary>
    public static bool NeedsDotNet(string regex) => regex.Contains("(?<", StringComparison.Ordinal) || regex.Contains("(?=", StringComparison.Ordinal) || regex.Contains("(?!", StringComparison.Ordinal);

    private static string Lower(string value, Scalar? from = null) =>
        from is Literal { Value: string text } ? SqlLiteral.Text(text.ToLowerInvariant()) : $"lower({value})";

    // A bound is needed only where the needle's own end is a letter or digit: "a-" ends at its hyphen.
    private static string Term(string text, string needle, bool exact, bool start, bool end)
    {
        if (needle.Length == 0) return $"({text} IS NOT NULL)";
        var left = start && Regex.IsMatch(needle, $"^{Letter}") ? $"(?:^|{NoLetter})" : "";
        var right = end && Regex.IsMatch(needle, $"{Letter}$") ? $"(?:$|{NoLetter})" : "";
        var pattern = (exact ? "" : "(?i)") + left + Quote(needle) + right;
        return $"regexp_matches({text}, {SqlLiteral.Text(pattern)}, 's')";
    }

    // RE2 takes a backslash before any ASCII punctuation; letters and digits stay as they are.
    private static string Quote(string needle) => Regex.Replace(needle, @"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]", @"\$0");
}
