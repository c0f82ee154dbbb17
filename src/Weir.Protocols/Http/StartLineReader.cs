namespace Weir.Protocols.Http;

/// <summary>Reads the first line of a head.</summary>
internal static class StartLineReader
{
    /// <param name="line">The line without its line break.</param>
    /// <param name="at">Where the line starts in the head's bytes.</param>
    /// <param name="head">Receives method, target, path, host of an absolute target, and version.</param>
    public static HttpFault ReadRequest(ReadOnlySpan<byte> line, int at, HttpHead head)
    {
        if (line.Contains((byte)'\n') || line.Contains((byte)'\r')) return HttpFault.BareLineBreak;
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last == first) return HttpFault.BadStartLine;
        if (ReadVersion(line[(last + 1)..], head) is not HttpFault.None and var fault) return fault;
        var method = line[..first];
        var target = line[(first + 1)..last];
        if (method.ContainsAnyExcept(HttpText.Token)) return HttpFault.BadMethod;
        if (target.IsEmpty || target.ContainsAnyExcept(HttpText.Target)) return HttpFault.BadTarget;
        head.Method = new HeadSlice(at, first);
        head.Target = new HeadSlice(at + first + 1, target.Length);
        head.IsConnect = method.SequenceEqual("CONNECT"u8);
        head.IsHead = method.SequenceEqual("HEAD"u8);
        return ReadTarget(method, target, at + first + 1, head);
    }

    /// <param name="line">The line without its line break.</param>
    /// <param name="head">Receives status, reason and version.</param>
    public static HttpFault ReadResponse(ReadOnlySpan<byte> line, HttpHead head)
    {
        if (line.Length < 12 || line[8] != ' ') return HttpFault.BadStartLine;
        if (ReadVersion(line[..8], head) is not HttpFault.None and var fault) return fault;
        if (!TryDigit(line[9], out var hundreds) || !TryDigit(line[10], out var tens) || !TryDigit(line[11], out var ones) || hundreds == 0) return HttpFault.BadStartLine;
        if (line.Length > 12 && line[12] != ' ') return HttpFault.BadStartLine;
        head.Status = (hundreds * 100) + (tens * 10) + ones;
        var reason = line.Length > 13 ? line[13..] : default;
        if (reason.ContainsAny((byte)'\n', (byte)'\r')) return HttpFault.BareLineBreak;
        if (reason.ContainsAnyExcept(HttpText.Value)) return HttpFault.BadStartLine;
        head.Reason = new HeadSlice(line.Length - reason.Length, reason.Length);
        return HttpFault.None;
    }

    private static HttpFault ReadVersion(ReadOnlySpan<byte> version, HttpHead head)
    {
        head.IsVersion10 = version.SequenceEqual("HTTP/1.0"u8);
        head.KeepsAlive = !head.IsVersion10;
        if (head.IsVersion10 || version.SequenceEqual("HTTP/1.1"u8)) return HttpFault.None;
        return version.StartsWith("HTTP/"u8) ? HttpFault.BadVersion : HttpFault.BadStartLine;
    }

    private static HttpFault ReadTarget(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, int at, HttpHead head)
    {
        if (head.IsConnect)
        {
            if (target.ContainsAnyExcept(HttpText.Host) || !target.Contains((byte)':')) return HttpFault.BadTarget;
            head.Host = head.Target;
            return HttpFault.None;
        }

        if (target[0] == '/')
        {
            head.Path = head.Target;
            return HttpFault.None;
        }

        if (target.SequenceEqual("*"u8))
        {
            head.Path = head.Target;
            return method.SequenceEqual("OPTIONS"u8) ? HttpFault.None : HttpFault.BadTarget;
        }

        var scheme = target.IndexOf("://"u8);
        if (scheme < 0 || !(HttpText.Same(target[..scheme], "http"u8) || HttpText.Same(target[..scheme], "https"u8))) return HttpFault.BadTarget;
        var authority = target[(scheme + 3)..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?');
        if (end >= 0 && authority[end] == '?') return HttpFault.BadTarget; // a path of no characters before a query reads differently everywhere
        head.Host = new HeadSlice(at + scheme + 3, end < 0 ? authority.Length : end);
        if (head.Host.Length == 0 || authority[..head.Host.Length].ContainsAnyExcept(HttpText.Host)) return HttpFault.BadTarget;
        if (end >= 0) head.Path = new HeadSlice(head.Host.Start + end, authority.Length - end);
        return HttpFault.None;
    }

    private static bool TryDigit(byte character, out int digit)
    {
        digit = character - '0';
        return digit is >= 0 and <= 9;
    }
}
