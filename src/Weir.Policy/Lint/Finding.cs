using System.Globalization;

namespace Weir.Policy.Lint;

/// <summary>One thing that <c>weir policy check</c> has to say.</summary>
/// <param name="Code">What kind of thing; <c>docs/policy-lint.md</c> explains each.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file.</param>
/// <param name="Path">The field, such as <c>spec.ingress</c>.</param>
/// <param name="Message">What was found and why it matters.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record Finding(string Code, FindingSeverity Severity, string File, string Path, string Message, string Mend)
{
    /// <summary>The policy's name; empty where it has none.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The document's place in the file, from 0.</summary>
    public int Document { get; init; }

    /// <summary>The line, from 1; 0 where not known.</summary>
    public int Line { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{File}:{Line}: {Severity.ToString().ToLowerInvariant()} {Code} {Policy}{(Path.Length > 0 && Policy.Length > 0 ? " " : "")}{Path}: {Message}\n    {Mend}");
}
