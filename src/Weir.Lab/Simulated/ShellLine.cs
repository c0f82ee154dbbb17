using System.Text;

namespace Weir.Lab.Simulated;

/// <summary>Takes a shell line apart that is one simple command: words, quotes, variables.</summary>
internal static class ShellLine
{
    private const string Unsupported = "|&;<>()`*?\n";

    /// <summary>The words; null when the line needs more of a shell than this.</summary>
    /// <param name="line">What <c>sh -c</c> would be given.</param>
    /// <param name="variable">A variable's value; null when it is not set, which reads as nothing.</param>
    public static IReadOnlyList<string>? Words(string line, Func<string, string?> variable)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && c is ' ' or '\t')
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '\'' or '"')
            {
                quote = c;
                word ??= new StringBuilder();
            }
            else if (c == '$' && quote != '\'')
            {
                if (!TryReadName(line, ref i, out var name)) return null;
                var value = variable(name);
                if (!string.IsNullOrEmpty(value)) (word ??= new StringBuilder()).Append(value);
            }
            else if (c == '\\' && quote != '\'')
            {
                if (++i == line.Length) return null;
                (word ??= new StringBuilder()).Append(line[i]);
            }
            else if (quote == '\0' && Unsupported.Contains(c, StringComparison.Ordinal))
            {
                return null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (quote != '\0') return null;
        if (word is not null) words.Add(word.ToString());
        return words;
    }

    /// <summary>Reads NAME or {NAME} after a dollar sign; leaves <paramref name="at"/> on its last character.</summary>
    private static bool TryReadName(string line, ref int at, out string name)
    {
        var isBraced = at + 1 < line.Length && line[at + 1] == '{';
        var first = at + (isBraced ? 2 : 1);
        var end = first;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_')) end++;
        name = line[first..end];
        at = isBraced ? end : end - 1;
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && (!isBraced || (end < line.Length && line[end] == '}'));
    }
}
