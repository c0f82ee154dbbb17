using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads <c>matchName</c> and <c>matchPattern</c>.</summary>
internal static class NameReader
{
    private const int Longest = 255;

    /// <summary>One name or pattern.</summary>
    public static NamePattern? Read(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("matchName", "matchPattern");
        string name = field["matchName"].Text() ?? "", pattern = field["matchPattern"].Text() ?? "";
        if ((name.Length == 0) == (pattern.Length == 0))
        {
            // The parser reads both, the schema demands exactly one.
            if (name.Length > 0) field.Schema("matchName and matchPattern stand together. Make an item of each.");
            else field.Invalid("One of matchName and matchPattern is needed.");
        }

        if (name.Length > 0)
        {
            Check(field["matchName"], name, wildcards: false);
            return new NamePattern(name, false);
        }

        Check(field["matchPattern"], pattern, wildcards: true);
        return pattern.Length == 0 ? null : new NamePattern(pattern, true);
    }

    private static void Check(Field field, string text, bool wildcards)
    {
        if (text.Length > Longest) field.Invalid($"The name has {text.Length} characters; at most {Longest} are allowed.");
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' || (wildcards && c == '*')) continue;
            field.Invalid(c == '*'
                ? $"'{text}' has a '*', which matchName takes literally and DNS never has. Write it as matchPattern."
                : $"'{text}' has the character '{c}'. Allowed are letters, digits, '-', '_', '.'{(wildcards ? " and '*'" : "")}.");
            return;
        }

        if (text.Contains("..", StringComparison.Ordinal) || text.StartsWith('.')) field.Invalid($"'{text}' has an empty label between dots.");
    }
}
