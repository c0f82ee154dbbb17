namespace Weir.Protocols.Dns;

/// <summary>Why bytes are not the DNS structure that the caller asked for, or do not fit.</summary>
public enum DnsFault : byte
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>The message ends inside the structure.</summary>
    Truncated,

    /// <summary>A compression pointer does not go backwards, so following it might never end.</summary>
    PointerNotBackwards,

    /// <summary>A label starts with the reserved bits 01 or 10 (RFC 1035 §4.1.4).</summary>
    ReservedLabel,

    /// <summary>A label contains a dot: written out it would read as two labels, and a policy would match the wrong name.</summary>
    DotInLabel,

    /// <summary>The name is longer than 253 characters, or one of its labels is empty or longer than 63 (RFC 1035 §2.3.4).</summary>
    NameTooLong,
}
