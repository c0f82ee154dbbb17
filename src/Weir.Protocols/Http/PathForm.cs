namespace Weir.Protocols.Http;

/// <summary>What a path's normal form means for the request.</summary>
public enum PathForm : byte
{
    /// <summary>The normal form is judged, and passed on.</summary>
    Judged = 0,

    /// <summary>
    /// A slash or backslash was escaped, which servers read differently: the client is sent to the form without escapes, as by Envoy's
    /// <c>UNESCAPE_AND_REDIRECT</c>.
    /// </summary>
    Redirected,

    /// <summary>A percent sign escapes nothing, or NUL: the request is refused.</summary>
    Refused,
}
