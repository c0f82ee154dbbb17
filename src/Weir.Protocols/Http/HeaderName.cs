namespace Weir.Protocols.Http;

/// <summary>The header fields that say something about the connection or the body's length, which a proxy must understand.</summary>
public enum HeaderName : byte
{
    /// <summary>Any other field: passed on as it is.</summary>
    Other = 0,

    /// <summary><c>Host</c>.</summary>
    Host,

    /// <summary><c>Content-Length</c>.</summary>
    ContentLength,

    /// <summary><c>Transfer-Encoding</c>.</summary>
    TransferEncoding,

    /// <summary><c>Connection</c>.</summary>
    Connection,

    /// <summary><c>Keep-Alive</c>.</summary>
    KeepAlive,

    /// <summary><c>Proxy-Connection</c>, which some clients send for Connection.</summary>
    ProxyConnection,

    /// <summary><c>Upgrade</c>.</summary>
    Upgrade,

    /// <summary><c>HTTP2-Settings</c>, which goes with <c>Upgrade: h2c</c>.</summary>
    Http2Settings,

    /// <summary><c>Expect</c>.</summary>
    Expect,
}
