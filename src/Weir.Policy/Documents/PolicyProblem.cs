using System.Globalization;

namespace Weir.Policy.Documents;

/// <summary>Why a policy is refused, and where.</summary>
/// <param name="Kind">Who objects.</param>
/// <param name="Path">The field, such as <c>spec.egress[1].toPorts[0].ports[0].port</c>; empty for the whole document.</param>
/// <param name="Message">What was found, what is allowed, how to mend it.</param>
public sealed record PolicyProblem(ProblemKind Kind, string Path, string Message)
{
    /// <summary>The file or other source that the text came from; empty where not known.</summary>
    public string File { get; init; } = "";

    /// <summary>The document's place in the file, from 0.</summary>
    public int Document { get; init; }

    /// <summary>The line, from 1; 0 where not known.</summary>
    public int Line { get; init; }

    /// <summary>The column, from 1; 0 where not known.</summary>
    public int Column { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: ") : File.Length > 0 ? $"{File}: " : "";
        return Path.Length > 0 ? $"{place}{Path}: {Message}" : $"{place}{Message}";
    }
}
