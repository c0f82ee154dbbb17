using System.Text;

namespace Weir.Proxy.Http;

/// <summary>Answers that the proxy gives itself, ready to be sent.</summary>
internal static class CannedAnswer
{
    private static readonly Dictionary<(int Status, bool Closes, bool Body), byte[]> _answers = Make();

    /// <param name="status">One of 400, 403, 408, 431, 502, 503.</param>
    /// <param name="closes">Whether the connection ends with it.</param>
    /// <param name="toHead">Whether the request was HEAD, whose answer has no body.</param>
    public static ReadOnlyMemory<byte> Of(int status, bool closes, bool toHead) => _answers[(status, closes, !toHead)];

    /// <summary>The body of an answer.</summary>
    public static string BodyOf(int status) => status switch
    {
        // As Cilium's Envoy says it, line break included.
        403 => "Access denied\r\n",
        400 => "Bad request: this is not HTTP as a policy can judge it.\r\n",
        408 => "The request took too long.\r\n",
        431 => "The request's header fields are too large.\r\n",
        502 => "The server's answer is not HTTP.\r\n",
        _ => "The server cannot be reached.\r\n",
    };

    /// <summary>Sends the client to the same path without escaped slashes.</summary>
    public static byte[] Redirect(ReadOnlySpan<byte> location, bool closes) => Encoding.Latin1.GetBytes(
        $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {Encoding.Latin1.GetString(location)}\r\nContent-Length: 0\r\n{(closes ? "Connection: close\r\n" : "")}\r\n");

    private static Dictionary<(int, bool, bool), byte[]> Make()
    {
        var answers = new Dictionary<(int, bool, bool), byte[]>();
        foreach (var (status, reason) in ((int, string)[])[(400, "Bad Request"), (403, "Forbidden"), (408, "Request Timeout"), (431, "Request Header Fields Too Large"), (502, "Bad Gateway"), (503, "Service Unavailable")])
        {
            foreach (var closes in (bool[])[false, true])
            {
                var head = $"HTTP/1.1 {status} {reason}\r\nContent-Length: {BodyOf(status).Length}\r\nContent-Type: text/plain\r\n{(closes ? "Connection: close\r\n" : "")}\r\n";
                answers[(status, closes, true)] = Encoding.ASCII.GetBytes(head + BodyOf(status));
                answers[(status, closes, false)] = Encoding.ASCII.GetBytes(head);
            }
        }

        return answers;
    }
}
