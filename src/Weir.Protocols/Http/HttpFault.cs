namespace Weir.Protocols.Http;

/// <summary>Why bytes are no HTTP message that may be passed on. What two readers could read differently is a fault, not a matter of taste.</summary>
public enum HttpFault : byte
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>The head is not complete yet: more bytes may make it whole.</summary>
    Incomplete,

    /// <summary>The head or a chunk's line is longer than is read.</summary>
    TooLarge,

    /// <summary>There are more header fields than <see cref="HttpHead.MaxFields"/>.</summary>
    TooManyFields,

    /// <summary>The first line has not the form that RFC 9112 §3 and §4 give it.</summary>
    BadStartLine,

    /// <summary>The method has characters that no method has.</summary>
    BadMethod,

    /// <summary>The target is no path, no absolute URL, no authority after CONNECT and no <c>*</c> after OPTIONS, or has characters that no URL has.</summary>
    BadTarget,

    /// <summary>The version is neither HTTP/1.0 nor HTTP/1.1.</summary>
    BadVersion,

    /// <summary>A line ends with LF alone, or has a CR inside.</summary>
    BareLineBreak,

    /// <summary>A line starts with white space, which continued the line before in old HTTP (RFC 9112 §5.2).</summary>
    FoldedLine,

    /// <summary>A field's name is empty or has characters that no name has, such as white space before the colon.</summary>
    BadFieldName,

    /// <summary>A field's value has a control character.</summary>
    BadFieldValue,

    /// <summary>HTTP/1.1 without a Host, more than one of them, or one that is no host.</summary>
    BadHost,

    /// <summary>The target names another host than the Host field.</summary>
    HostMismatch,

    /// <summary>Content-Length is no number, or there is more than one.</summary>
    BadLength,

    /// <summary>Transfer-Encoding is anything but the one word <c>chunked</c>, or stands in HTTP/1.0.</summary>
    BadEncoding,

    /// <summary>Both Content-Length and Transfer-Encoding.</summary>
    TwoLengths,

    /// <summary>A chunk's size is no hexadecimal number that fits, or its line or its end is malformed.</summary>
    BadChunk,

    /// <summary>A trailer field is malformed, or says what only a header may say.</summary>
    BadTrailer,
}
