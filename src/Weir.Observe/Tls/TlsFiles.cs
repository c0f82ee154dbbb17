namespace Weir.Observe.Tls;

/// <summary>Where one side of a TLS connection has its certificates: PEM files, as a Kubernetes secret of type kubernetes.io/tls is mounted.</summary>
/// <param name="CertificateFile">Its own certificate, with the chain behind it; null where it has none (a client without mTLS).</param>
/// <param name="KeyFile">The key of it.</param>
/// <param name="AuthorityFiles">Whom it trusts. For a server: whose clients it lets in; empty lets in everybody. For a client: empty trusts whom the machine trusts.</param>
public sealed record TlsFiles(string? CertificateFile, string? KeyFile, IReadOnlyList<string> AuthorityFiles)
{
    /// <summary>The three files of a folder that a secret is mounted to: <c>tls.crt</c>, <c>tls.key</c>, <c>ca.crt</c>.</summary>
    public static TlsFiles InFolder(string folder) =>
        new(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"), [Path.Combine(folder, "ca.crt")]);
}
