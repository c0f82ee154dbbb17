using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weir.Workloads.Network;

namespace Weir.Workloads.Http;

/// <summary>A small HTTP/1.1 server: keep-alive, bodies with a length, TLS with a certificate.</summary>
/// <param name="network">Where it listens.</param>
/// <param name="certificate">With one, every connection is TLS.</param>
/// <param name="handle">Answers a request.</param>
internal sealed class HttpService(INetwork network, X509Certificate2? certificate, Func<HttpRequest, CancellationToken, Task<HttpAnswer>> handle)
{
    private const int MaxBody = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(int port, CancellationToken cancellation)
    {
        using var listener = network.ListenTcp(port);
        await ConnectionLoop.RunAsync(listener, ServeAsync, cancellation);
    }

    private async Task ServeAsync(AcceptedConnection connection, CancellationToken cancellation)
    {
        var stream = connection.Stream;
        if (certificate is not null)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellation);
            stream = secure;
        }

        await using (stream)
        {
            var reader = new WireReader(stream);
            while (await ServeOneAsync(reader, stream, cancellation))
            {
            }
        }
    }

    private async Task<bool> ServeOneAsync(WireReader reader, Stream stream, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        if (await reader.LineAsync(patience.Token) is not { } line) return false;
        var words = line.Split(' ');
        var headers = await HttpHeaders.ReadAsync(reader, patience.Token);
        if (words.Length != 3) return await SendAsync(stream, HttpAnswer.Error(400, "Bad Request"), isHead: false, close: true, patience.Token);
        _ = int.TryParse(Header("content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        if (length > MaxBody) return await SendAsync(stream, HttpAnswer.Error(413, "Content Too Large"), isHead: false, close: true, patience.Token);
        using var body = new MemoryStream();
        await reader.CopyAsync(body, length, patience.Token);
        var request = new HttpRequest(words[0], words[1].Split('?')[0], Header("host").Split(':')[0].ToLowerInvariant(), body.ToArray());
        var answer = await handle(request, patience.Token);
        var close = Header("connection").Equals("close", StringComparison.OrdinalIgnoreCase) || words[2] == "HTTP/1.0";
        return await SendAsync(stream, answer, words[0] == "HEAD", close, patience.Token);

        string Header(string name) => headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";
    }

    /// <summary>Sends; returns whether the connection stays open.</summary>
    private static async Task<bool> SendAsync(Stream stream, HttpAnswer answer, bool isHead, bool close, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        text.Append(null, $"HTTP/1.1 {answer.Status} {answer.Reason}\r\nServer: weir-lab\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {answer.Body.Length}\r\n");
        if (answer.Location is not null) text.Append(null, $"Location: {answer.Location}\r\n");
        if (close) text.Append("Connection: close\r\n");
        text.Append("\r\n");
        byte[] bytes = [.. Encoding.Latin1.GetBytes(text.ToString()), .. isHead ? [] : answer.Body];
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
        return !close;
    }
}
