namespace Weir.Policy.Lint;

/// <summary>A file to check.</summary>
/// <param name="File">Its name, for messages.</param>
/// <param name="Text">Its text.</param>
public sealed record LintFile(string File, string Text);
