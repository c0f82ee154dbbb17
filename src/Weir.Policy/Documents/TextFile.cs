namespace Weir.Policy.Documents;

/// <summary>A file that someone has read.</summary>
/// <param name="File">Its name, for messages.</param>
/// <param name="Text">Its text.</param>
public sealed record TextFile(string File, string Text);
