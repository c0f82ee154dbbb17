using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weir.Workloads.Network;

namespace Weir.Workloads.Http;

/// <summary>One request to send.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Method">GET, POST, ...</param>
/// <param name="UserAgent">Who asks.</param>
internal sealed record HttpCall(HttpUrl Url, string Method, string UserAgent)
{
    /// <summary>The body; null without one.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Further header lines, without their ends.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The only authorities that a server's certificate may come from; null accepts any certificate, as BusyBox does.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Connects, with TLS when the address says so. The caller disposes the stream.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The TLS handshake failed, or the certificate is not trusted.</exception>
    public async Task<Stream> ConnectAsync(INetwork network, IPAddress address, CancellationToken cancellation)
    {
        var plain = await network.ConnectTcpAsync(new IPEndPoint(address, Url.Port), cancellation);
        if (!Url.IsSecure) return plain;
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsOptions(), cancellation);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the request; the connection is good for this one only.</summary>
    public async Task SendAsync(Stream stream, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        text.Append(null, $"{Method} {Url.Target} HTTP/1.1\r\nHost: {Url.Authority}\r\nUser-Agent: {UserAgent}\r\nConnection: close\r\n");
        foreach (var header in Headers) text.Append(header).Append("\r\n");
        if (Body is not null)
        {
            if (!Headers.Any(h => h.StartsWith("content-type:", StringComparison.OrdinalIgnoreCase)))
                text.Append("Content-Type: application/x-www-form-urlencoded\r\n");
            text.Append(null, $"Content-Length: {Body.Length}\r\n");
        }

        text.Append("\r\n");
        byte[] bytes = [.. Encoding.Latin1.GetBytes(text.ToString()), .. Body ?? []];
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var options = new SslClientAuthenticationOptions { TargetHost = Url.Host, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (TrustedRoots is null)
        {
#pragma warning disable CA5359 // BusyBox's wget verifies nothing, and this stands in for it
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return options;
        }

        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(TrustedRoots);
        return options;
    }
}
