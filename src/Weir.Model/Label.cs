namespace Weir.Model;

/// <summary>One label with the place it came from.</summary>
/// <param name="Source"><c>k8s</c>, <c>reserved</c>, <c>cidr</c>, …; <c>any</c> only in selectors.</param>
/// <param name="Key">The key, without its source.</param>
/// <param name="Value">The value; empty for labels that have none.</param>
public readonly record struct Label(string Source, string Key, string Value)
{
    /// <summary>Reads <c>source:key=value</c>; a text without a source gets <paramref name="defaultSource"/>.</summary>
    public static Label Parse(string text, string defaultSource = "unspec")
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var head = equals < 0 ? text : text[..equals];
        var value = equals < 0 ? "" : text[(equals + 1)..];
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        // A CIDR label's key has colons of its own; only the first one ends the source.
        return colon < 0 ? new Label(defaultSource, head, value) : new Label(head[..colon], head[(colon + 1)..], value);
    }

    /// <inheritdoc/>
    public override string ToString() => Value.Length == 0 ? $"{Source}:{Key}" : $"{Source}:{Key}={Value}";
}
