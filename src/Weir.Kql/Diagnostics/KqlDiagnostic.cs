namespace Weir.Kql.Diagnostics;

/// <summary>What is wrong with a query, and where.</summary>
/// <param name="Code">The code that Kusto's own analyser gives, KS001 and so on; WK codes are ours, for what Weir does not support.</param>
/// <param name="Message">What is wrong and what was expected.</param>
/// <param name="Start">Offset of the first character, in UTF-16 units, from 0.</param>
/// <param name="Length">Number of characters; 0 where something is missing.</param>
/// <param name="Hint">How to mend it: the name that was probably meant, or what to use instead; null when nothing is near.</param>
public sealed record KqlDiagnostic(string Code, string Message, int Start, int Length, string? Hint = null)
{
    /// <summary>Line and column of the start, both from 1.</summary>
    public (int Line, int Column) Position(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (line, column) = (1, 1);
        for (var i = 0; i < Start && i < text.Length; i++)
            (line, column) = text[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        return (line, column);
    }
}
