namespace Weir.Observe.Tls;

/// <summary>How a client speaks TLS.</summary>
/// <param name="Material">Its certificate, and whom it trusts.</param>
/// <param name="ServerName">The name that the server's certificate has to have; null for the address that is connected to.</param>
/// <param name="AllowInsecure">Whether any certificate will do: then nobody knows who answers.</param>
/// <param name="Time">The clock.</param>
public sealed record ClientTls(TlsMaterial Material, string? ServerName, bool AllowInsecure, TimeProvider Time)
{
    /// <summary>How long a connection may take to come about, when nobody says.</summary>
    internal static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may take to come about. Default: 5 s, as Hubble's <c>--timeout</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = DefaultConnectTimeout;
}
