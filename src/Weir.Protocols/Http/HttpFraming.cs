namespace Weir.Protocols.Http;

/// <summary>What the fields say about the body's length and about the connection: each said once, in one way, or not at all.</summary>
internal static class HttpFraming
{
    private const int MaxLengthDigits = 18;

    public static HttpFault CheckRequest(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        if (Check(bytes, head, isRequest: true) is not HttpFault.None and var fault) return fault;
        if (head.Framing == BodyFraming.None && head.ContentLength > 0) head.Framing = BodyFraming.Length;
        return HttpFault.None;
    }

    public static HttpFault CheckResponse(ReadOnlySpan<byte> bytes, HttpHead head) => Check(bytes, head, isRequest: false);

    private static HttpFault Check(ReadOnlySpan<byte> bytes, HttpHead head, bool isRequest)
    {
        HeadSlice? host = null;
        var upgrade = default(HeadSlice);
        var asksUpgrade = false;
        foreach (var field in head.Fields)
        {
            var value = field.Value.Of(bytes);
            switch (field.Kind)
            {
                case HeaderName.Host when isRequest:
                    if (host is not null || value.ContainsAnyExcept(HttpText.Host)) return HttpFault.BadHost;
                    host = field.Value;
                    break;
                case HeaderName.ContentLength:
                    if (head.ContentLength >= 0 || !TryNumber(value, out var length)) return HttpFault.BadLength;
                    head.ContentLength = length;
                    break;
                case HeaderName.TransferEncoding:
                    if (head.Framing == BodyFraming.Chunked || head.IsVersion10 || !HttpText.Same(value, "chunked"u8)) return HttpFault.BadEncoding;
                    head.Framing = BodyFraming.Chunked;
                    break;
                case HeaderName.Connection:
                    ReadConnection(value, head, ref asksUpgrade);
                    break;
                case HeaderName.Upgrade:
                    if (upgrade.Length > 0) return HttpFault.BadFieldValue; // two Upgrade lines: which one the server takes is its guess
                    upgrade = field.Value;
                    break;
                case HeaderName.Expect when HttpText.Same(value, "100-continue"u8):
                    head.ExpectsContinue = !head.IsVersion10;
                    break;
            }
        }

        if (head.Framing == BodyFraming.Chunked && head.ContentLength >= 0) return HttpFault.TwoLengths;
        if (asksUpgrade && !head.IsVersion10) head.Upgrade = upgrade;
        return isRequest ? CheckHost(bytes, head, host) : HttpFault.None;
    }

    private static HttpFault CheckHost(ReadOnlySpan<byte> bytes, HttpHead head, HeadSlice? host)
    {
        if (host is null) return head.IsVersion10 ? HttpFault.None : HttpFault.BadHost;
        if (head.Host.Length == 0)
        {
            head.Host = host.Value;
            return HttpFault.None;
        }

        return HttpText.Same(WithoutDefaultPort(head.Host.Of(bytes)), WithoutDefaultPort(host.Value.Of(bytes))) ? HttpFault.None : HttpFault.HostMismatch;
    }

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> host) =>
        host.EndsWith(":80"u8) ? host[..^3] : host.EndsWith(":443"u8) ? host[..^4] : host;

    private static void ReadConnection(ReadOnlySpan<byte> value, HttpHead head, ref bool asksUpgrade)
    {
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            var word = HttpText.Trim(comma < 0 ? value : value[..comma]);
            if (HttpText.Same(word, "close"u8)) head.KeepsAlive = false;
            else if (HttpText.Same(word, "keep-alive"u8) && head.IsVersion10) head.KeepsAlive = true;
            else if (HttpText.Same(word, "upgrade"u8)) asksUpgrade = true;
            if (comma < 0) return;
            value = value[(comma + 1)..];
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.Length is 0 or > MaxLengthDigits) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
