namespace Weir.Protocols.Http;

/// <summary>How the end of a body is known (RFC 9112 §6.3).</summary>
public enum BodyFraming : byte
{
    /// <summary>There is no body.</summary>
    None = 0,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>By chunks.</summary>
    Chunked,

    /// <summary>By the end of the connection: responses only.</summary>
    UntilClose,
}
