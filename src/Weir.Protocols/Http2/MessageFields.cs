using Weir.Protocols.Http;

namespace Weir.Protocols.Http2;

/// <summary>Checks that header fields make an HTTP/2 message (RFC 9113 §8.2, §8.3), strictly.</summary>
public static class MessageFields
{
    /// <summary>Checks a request.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="request">Where its parts are.</param>
    /// <returns><see cref="HttpFault.None"/> or what is wrong. Never throws.</returns>
    public static HttpFault CheckRequest(HeaderList fields, out RequestFields request)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int method = -1, path = -1, authority = -1, scheme = -1, protocol = -1;
        request = new(-1, -1, -1);
        var regular = 0;
        for (; regular < fields.Count && fields.Name(regular) is [(byte)':', ..]; regular++)
        {
            var name = fields.Name(regular);
            ref var place = ref regular;
            if (name.SequenceEqual(":method"u8)) place = ref method;
            else if (name.SequenceEqual(":path"u8)) place = ref path;
            else if (name.SequenceEqual(":authority"u8)) place = ref authority;
            else if (name.SequenceEqual(":scheme"u8)) place = ref scheme;
            else if (name.SequenceEqual(":protocol"u8)) place = ref protocol;
            else return HttpFault.BadFieldName;
            if (place >= 0) return HttpFault.BadFieldName; // said twice
            place = regular;
        }

        if (CheckRegular(fields, regular) is not HttpFault.None and var fault) return fault;
        if (method < 0 || fields.Value(method).IsEmpty || fields.Value(method).ContainsAnyExcept(HttpText.Token)) return HttpFault.BadMethod;
        var isTunnel = fields.Value(method).SequenceEqual("CONNECT"u8) && protocol < 0;
        if (isTunnel ? path >= 0 || scheme >= 0 : path < 0 || scheme < 0) return HttpFault.BadTarget;
        if (!isTunnel && (fields.Value(path).IsEmpty || fields.Value(path).ContainsAnyExcept(HttpText.Target))) return HttpFault.BadTarget;
        if (!isTunnel && fields.Value(path)[0] != '/' && !(fields.Value(path).SequenceEqual("*"u8) && fields.Value(method).SequenceEqual("OPTIONS"u8))) return HttpFault.BadTarget;
        var host = fields.IndexOf("host", regular);
        if (host >= 0 && fields.IndexOf("host", host + 1) >= 0) return HttpFault.BadHost;
        if (host >= 0 && authority >= 0 && !HttpText.Same(fields.Value(host), fields.Value(authority))) return HttpFault.HostMismatch;
        if (authority < 0) authority = host;
        if (authority < 0 || fields.Value(authority).ContainsAnyExcept(HttpText.Host)) return HttpFault.BadHost;
        request = new(method, path, authority);
        return HttpFault.None;
    }

    /// <summary>Checks a response.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="status">Its status.</param>
    /// <returns><see cref="HttpFault.None"/> or what is wrong. Never throws.</returns>
    public static HttpFault CheckResponse(HeaderList fields, out int status)
    {
        ArgumentNullException.ThrowIfNull(fields);
        status = 0;
        if (fields.Count == 0 || !fields.Name(0).SequenceEqual(":status"u8) || fields.Value(0).Length != 3) return HttpFault.BadStartLine;
        foreach (var digit in fields.Value(0))
        {
            if (digit is < (byte)'0' or > (byte)'9') return HttpFault.BadStartLine;
            status = (status * 10) + digit - '0';
        }

        return status is < 100 or 101 ? HttpFault.BadStartLine : CheckRegular(fields, 1);
    }

    /// <summary>Checks what follows a body.</summary>
    /// <returns><see cref="HttpFault.None"/> or what is wrong. Never throws.</returns>
    public static HttpFault CheckTrailers(HeaderList fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return CheckRegular(fields, 0);
    }

    private static HttpFault CheckRegular(HeaderList fields, int from)
    {
        for (var i = from; i < fields.Count; i++)
        {
            var name = fields.Name(i);
            var value = fields.Value(i);
            if (name.IsEmpty || name.ContainsAnyExcept(HttpText.Token) || name.ContainsAnyInRange((byte)'A', (byte)'Z')) return HttpFault.BadFieldName;
            if (value.ContainsAnyExcept(HttpText.Value)) return HttpFault.BadFieldValue;
            if (name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8) || name.SequenceEqual("proxy-connection"u8)
                || name.SequenceEqual("transfer-encoding"u8) || name.SequenceEqual("upgrade"u8)) return HttpFault.BadFieldName;
            if (name.SequenceEqual("te"u8) && !HttpText.Same(value, "trailers"u8)) return HttpFault.BadFieldValue;
        }

        return HttpFault.None;
    }
}
