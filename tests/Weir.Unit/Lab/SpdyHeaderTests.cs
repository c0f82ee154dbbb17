using System.IO.Compression;
using Weir.Lab.Api.Streams.Spdy;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class SpdyHeaderTests
{
    // Compressed by zlib with SPDY's dictionary, one stream, each block flushed.
    private static readonly byte[] s_first = Convert.FromHexString("78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45a024cc6a646160610064701641e2311394be190d00000000ffff");
    private static readonly byte[] s_second = Convert.FromHexString("0229c1d00d2a881289d38c5e8671213c0f000000ffff");

    [Fact]
    public void Blocks_that_lean_on_the_dictionary_and_on_each_other_are_read()
    {
        using var inflater = new SpdyInflater();

        var first = SpdyHeaders.Read(inflater.Inflate(s_first));
        var second = SpdyHeaders.Read(inflater.Inflate(s_second));

        Assert.Equal([("streamtype", "error"), ("port", "28080"), ("requestid", "0")], first!.Select(h => (h.Key, h.Value)));
        Assert.Equal([("streamtype", "data"), ("port", "28080"), ("requestid", "0"), ("content-type", "text/plain")], second!.Select(h => (h.Key, h.Value)));
    }

    [Fact]
    public void What_is_cut_or_broken_gives_no_headers_and_no_exception()
    {
        for (var length = 0; length < s_first.Length; length++)
        {
            using var inflater = new SpdyInflater();
            if (inflater.Inflate(s_first.AsMemory(0, length)) is { } block) Assert.True(SpdyHeaders.Read(block) is null or { Count: 3 });
        }

        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            using var inflater = new SpdyInflater();
            byte[] broken = [.. s_first];
            broken[random.Next(broken.Length)] ^= (byte)random.Next(1, 256);
            if (inflater.Inflate(broken) is { } block) SpdyHeaders.Read(block);
        }
    }

    [Fact]
    public void Blocks_of_our_own_are_a_zlib_stream_of_empty_lists()
    {
        byte[] both = [.. SpdyHeaders.Empty(isFirst: true), .. SpdyHeaders.Empty(isFirst: false)];
        using var inflate = new ZLibStream(new MemoryStream(both), CompressionMode.Decompress);
        var block = new byte[8];

        inflate.ReadExactly(block);

        Assert.Equal(new byte[8], block);
    }
}
