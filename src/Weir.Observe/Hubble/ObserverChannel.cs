using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Weir.Observe.Tls;

namespace Weir.Observe.Hubble;

/// <summary>How a client reaches an observer.</summary>
public static class ObserverChannel
{
    /// <summary>A channel to the observer that listens on the Unix socket <paramref name="path"/>. Connects on the first call.</summary>
    public static GrpcChannel OverUnixSocket(string path) => To(new ServerAddress(path, "", 0, false), null);

    /// <summary>A channel to an observer. Connects on the first call, and again when a connection is lost.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="tls">How to speak TLS with it; null for no TLS.</param>
    public static GrpcChannel To(ServerAddress address, ClientTls? tls)
    {
        ArgumentNullException.ThrowIfNull(address);
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = tls?.ConnectTimeout ?? ClientTls.DefaultConnectTimeout,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            InitialHttp2StreamWindowSize = 1 << 20,
        };
        if (address.UnixSocket is { } path) handler.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        if (tls is not null) handler.SslOptions = Options(tls, address);
        return GrpcChannel.ForAddress(
            address.UnixSocket is not null ? "http://localhost" : $"{(tls is null ? "http" : "https")}://{address}",
            new GrpcChannelOptions { DisposeHttpClient = true, HttpHandler = handler, MaxReceiveMessageSize = null });
    }

    private static SslClientAuthenticationOptions Options(ClientTls tls, ServerAddress address)
    {
        var name = tls.ServerName is { Length: > 0 } given ? given : address.Host;
        return new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => tls.Material.Current.Own!,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => tls.AllowInsecure || IsGood(certificate, chain, tls, name),
        };
    }

    private static bool IsGood(X509Certificate? shown, X509Chain? chain, ClientTls tls, string name)
    {
        using var certificate = shown is null ? null : new X509Certificate2(shown);
        var problem = certificate is null
            ? "is missing"
            : CertificateCheck.Problem(
                certificate, chain?.ChainPolicy.ExtraStore ?? [], tls.Material.Current, name, CertificateCheck.ServerUse, tls.Time.GetUtcNow());
        return problem is null ? true : throw new AuthenticationException($"the server's certificate {problem}");
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
