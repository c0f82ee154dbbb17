namespace Weir.Protocols.Http;

/// <summary>One header field of a head.</summary>
/// <param name="Kind">Which field, where it is one that a proxy must understand.</param>
/// <param name="Name">The name as sent.</param>
/// <param name="Value">The value without the white space around it.</param>
public readonly record struct HeaderField(HeaderName Kind, HeadSlice Name, HeadSlice Value);
