using System.Text;
using CsCheck;
using Weir.Protocols.Http;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class HttpHeadTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", HttpFault.BareLineBreak)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", HttpFault.BareLineBreak)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", HttpFault.BareLineBreak)]
    [InlineData("GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BareLineBreak)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", HttpFault.FoldedLine)]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n", HttpFault.FoldedLine)]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", HttpFault.BadFieldName)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", HttpFault.BadFieldName)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", HttpFault.BadFieldName)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\0Y: b\r\n\r\n", HttpFault.BadFieldName)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", HttpFault.BadFieldValue)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", HttpFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HttpFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HttpFault.BadHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", HttpFault.BadHost)]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", HttpFault.HostMismatch)]
    [InlineData("GET http://a HTTP/1.1\r\nHost: a:8080\r\n\r\n", HttpFault.HostMismatch)]
    [InlineData("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET a HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadMethod)]
    [InlineData("GET /\r\nHost: a\r\n\r\n", HttpFault.BadStartLine)]
    [InlineData("GET  HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadTarget)]
    [InlineData(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", HttpFault.BadStartLine)]
    [InlineData("GET / HTTP/1.2\r\nHost: a\r\n\r\n", HttpFault.BadVersion)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", HttpFault.BadVersion)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", HttpFault.BadLength)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", HttpFault.TwoLengths)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", HttpFault.TwoLengths)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n", HttpFault.BadFieldValue)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", HttpFault.BadFieldName)]
    [InlineData("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", HttpFault.BadEncoding)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n\r\n", HttpFault.BadFieldValue)]
    public void What_two_servers_could_read_differently_is_refused(string text, HttpFault expected) =>
        Assert.Equal(expected, HttpHeadReader.ReadRequest(Encoding.Latin1.GetBytes(text), new HttpHead()));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", HttpFault.TwoLengths)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", HttpFault.BadLength)]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", HttpFault.BadStartLine)]
    [InlineData("HTTP/1.1 200OK\r\n\r\n", HttpFault.BadStartLine)]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", HttpFault.BadStartLine)]
    [InlineData("ICY 200 OK whatever\r\n\r\n", HttpFault.BadStartLine)]
    public void An_answer_that_could_be_read_in_two_ways_is_refused(string text, HttpFault expected) =>
        Assert.Equal(expected, HttpHeadReader.ReadResponse(Encoding.Latin1.GetBytes(text), new HttpHead()));

    [Fact]
    public void A_head_is_incomplete_until_its_empty_line()
    {
        var whole = "\r\nGET /a?b HTTP/1.1\r\nHost: shop\r\nX-Y:  z \r\n\r\n"u8;
        var head = new HttpHead();
        for (var length = 0; length < whole.Length; length++) Assert.Equal(HttpFault.Incomplete, HttpHeadReader.ReadRequest(whole[..length], head));

        Assert.Equal(HttpFault.None, HttpHeadReader.ReadRequest(whole, head));
        Assert.Equal(whole.Length, head.Length);
        Assert.Equal("/a?b", Encoding.ASCII.GetString(head.Path.Of(whole)));
        var next = 0;
        Assert.True(head.TryFind(whole, "x-y", out var value, ref next));
        Assert.Equal("z", Encoding.ASCII.GetString(value));
    }

    [Fact]
    public void More_fields_than_the_limit_are_refused()
    {
        var text = $"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, HttpHead.MaxFields).Select(i => $"x{i}: 1\r\n"))}\r\n";
        Assert.Equal(HttpFault.TooManyFields, HttpHeadReader.ReadRequest(Encoding.ASCII.GetBytes(text), new HttpHead()));
    }

    [Fact]
    public void Whatever_the_bytes_a_head_that_is_accepted_is_accepted_again_as_it_is_written()
    {
        string[] words = ["GET ", "POST ", "/", "/a?b", "http://h/", " HTTP/1.1", " HTTP/1.0", "\r\n", "\n", "Host: h", "Content-Length: 3", "Transfer-Encoding: chunked", ":", " ", "X: y", "\0", "Connection: close, upgrade", "Upgrade: x"];
        Gen.Int[0, words.Length - 1].Array[0, 14].Select(chosen => string.Concat(chosen.Select(i => words[i]))).Sample(
            text =>
            {
                var bytes = Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: h\r\n" + text + "\r\n\r\n");
                var head = new HttpHead();
                if (HttpHeadReader.ReadRequest(bytes, head) != HttpFault.None) return true;
                var written = new byte[head.Length + HttpHeadWriter.MaxGrowth];
                var length = HttpHeadWriter.WriteRequest(bytes, head, "/"u8, head.Upgrade.Length > 0, [], written);
                var again = new HttpHead();
                return HttpHeadReader.ReadRequest(written.AsSpan(0, length), again) == HttpFault.None
                    && again.Length == length && again.Framing == head.Framing && again.ContentLength == head.ContentLength;
            },
            iter: 20_000);
    }

    [Fact]
    public void Reading_and_writing_a_head_allocates_nothing()
    {
        var bytes = "POST /a?b HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"u8.ToArray();
        var head = new HttpHead();
        var written = new byte[1024];
        var before = 0L;
        for (var i = 0; i < 1000; i++)
        {
            if (i == 10) before = GC.GetAllocatedBytesForCurrentThread();
            HttpHeadReader.ReadRequest(bytes, head);
            HttpHeadWriter.WriteRequest(bytes, head, "/a?b"u8, false, [], written);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
