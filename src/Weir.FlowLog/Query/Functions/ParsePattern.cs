using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.FlowLog.Query.Functions;

/// <summary>parse's pattern as one regular expression: texts, stars and captures, anchored at both ends.</summary>
/// <param name="regex">With a group for each capture, in order.</param>
/// <param name="types">The captures' types.</param>
/// <param name="relaxed">A capture that does not convert is null alone.</param>
internal sealed class ParsePattern(Regex regex, IReadOnlyList<string> types, bool relaxed)
{
    /// <summary>Builds a pattern from its parts.</summary>
    public static ParsePattern Of(JsonElement spec)
    {
        var isRegex = spec.GetProperty("kind").GetString() == "regex";
        var flags = spec.GetProperty("flags").GetString() ?? "";
        var parts = spec.GetProperty("parts").EnumerateArray().ToList();
        var pattern = new StringBuilder(@"\A");
        var types = new List<string>();
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].TryGetProperty("text", out var text)) pattern.Append(isRegex ? $"(?:{text.GetString()})" : Regex.Escape(text.GetString()!));
            else if (parts[i].TryGetProperty("type", out var type))
            {
                types.Add(type.GetString()!);
                pattern.Append($"(?<c{types.Count}>{Body(type.GetString()!, isRegex, flags.Contains('U', StringComparison.Ordinal), i + 1 < parts.Count && !parts[i + 1].TryGetProperty("text", out _))})");
            }
            else pattern.Append(i == 0 || !isRegex ? ".*?" : ".*");
        }

        if (isRegex && parts.Count > 0 && parts[^1].TryGetProperty("star", out _)) pattern.Append(".*");
        pattern.Append(@"\z");
        var options = isRegex
            ? (flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : 0) | (flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.Multiline : 0) | (flags.Contains('s', StringComparison.Ordinal) ? RegexOptions.Singleline : 0)
            : RegexOptions.Singleline;
        return new(Patterns.Of(pattern.ToString(), options), types, spec.GetProperty("kind").GetString() == "relaxed");
    }

    /// <summary>The captures, or null when the text does not match.</summary>
    public string? Read(string text)
    {
        var match = regex.Match(text);
        if (!match.Success) return null;
        var captures = types.Select((t, i) => ParseFunctions.Converted(match.Groups[$"c{i + 1}"].Value, t)).ToList();
        return !relaxed && captures.Contains(null) ? null : ParseFunctions.Write(captures);
    }

    // A text takes as little as it can, in a regular expression as much; a number takes its digits.
    private static string Body(string type, bool isRegex, bool ungreedy, bool unbounded) => type switch
    {
        "long" or "int" => isRegex || unbounded ? @"[+-]?(?:0[xX][0-9a-fA-F]+|\d+)" : ".*?",
        "real" or "decimal" when isRegex || unbounded => @"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?",
        _ => isRegex && !ungreedy ? ".*" : ".*?",
    };
}
