namespace Weir.Protocols.Tls;

/// <summary>Why bytes are no ClientHello.</summary>
public enum TlsFault : byte
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>More bytes may make it whole.</summary>
    Incomplete,

    /// <summary>The first record is no TLS handshake record.</summary>
    NotTls,

    /// <summary>The handshake starts with something other than a ClientHello.</summary>
    NotClientHello,

    /// <summary>A length inside points beyond what holds it, a record is empty, or an extension stands twice.</summary>
    Malformed,

    /// <summary>The ClientHello is longer than is read.</summary>
    TooLarge,

    /// <summary>The server's name has characters that no host name has.</summary>
    BadName,
}
