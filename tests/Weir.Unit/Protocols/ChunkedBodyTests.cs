using System.Text;
using Weir.Protocols.Http;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class ChunkedBodyTests
{
    [Theory]
    [InlineData("5\nhello\r\n0\r\n\r\n", HttpFault.BareLineBreak)]
    [InlineData("5\rhello", HttpFault.BareLineBreak)]
    [InlineData("5\r\nhelloX\r\n", HttpFault.BadChunk)]
    [InlineData("5\r\nhello\n0\r\n", HttpFault.BadChunk)]
    [InlineData("\r\n", HttpFault.BadChunk)]
    [InlineData("g\r\n", HttpFault.BadChunk)]
    [InlineData("0x5\r\n", HttpFault.BadChunk)]
    [InlineData("-5\r\n", HttpFault.BadChunk)]
    [InlineData(" 5\r\n", HttpFault.BadChunk)]
    [InlineData("5 \r\n", HttpFault.BadChunk)]
    [InlineData("5;a\0b\r\n", HttpFault.BadChunk)]
    [InlineData("5;a\nb\r\n", HttpFault.BareLineBreak)]
    [InlineData("1000000000000005\r\n", HttpFault.BadChunk)]
    [InlineData("0\r\nContent-Length: 3\r\n\r\n", HttpFault.BadTrailer)]
    [InlineData("0\r\nX : 3\r\n\r\n", HttpFault.BadTrailer)]
    [InlineData("0\r\n folded\r\n\r\n", HttpFault.BadTrailer)]
    public void A_chunk_that_servers_could_read_differently_is_refused(string text, HttpFault expected)
    {
        var body = default(ChunkedBody);
        Assert.Equal(expected, body.Take(Encoding.Latin1.GetBytes(text), out _));
    }

    [Fact]
    public void However_it_is_cut_a_body_ends_where_it_ends()
    {
        var text = "5;name=\"v\"\r\nhello\r\n1F\r\n0123456789012345678901234567890\r\n0\r\nx-sum: 1\r\n\r\n";
        var bytes = Encoding.ASCII.GetBytes(text + "GET / HTTP/1.1");
        for (var cut = 1; cut <= bytes.Length; cut++)
        {
            var body = default(ChunkedBody);
            var total = 0;
            for (var end = cut; !body.IsDone; end = Math.Min(end + cut, bytes.Length))
            {
                Assert.Equal(HttpFault.None, body.Take(bytes.AsSpan(total..end), out var taken));
                total += taken;
            }

            Assert.Equal(text.Length, total);
        }
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        var body = default(ChunkedBody);
        Assert.Equal(HttpFault.TooLarge, body.Take(Encoding.ASCII.GetBytes("5;" + new string('a', ChunkedBody.MaxLine)), out _));
    }
}
