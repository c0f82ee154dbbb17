using System.Buffers.Binary;
using Weir.Proxy.Feed;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>Frames come out whole however the stream cuts them.</summary>
public sealed class FeedReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(65_536)]
    [InlineData(1 << 20)]
    public async Task Frames_are_read_whole_whatever_one_read_brings(int piece)
    {
        // Shorter and longer than the buffer, and so many that its end cuts some in two.
        int[] lengths = [0, 3, 200_000, .. Enumerable.Range(1, 400).Select(i => i * 3), 70_000, 1];
        var bytes = new MemoryStream();
        foreach (var length in lengths) await FeedFrame.WriteAsync(bytes, FrameKind.Exchange, Content(length), Ct);
        var reader = new FeedReader(new Pieces(bytes.ToArray(), piece));

        var read = new List<int>();
        while (await reader.ReadAsync(Ct) is var (kind, payload))
        {
            Assert.Equal(FrameKind.Exchange, kind);
            Assert.Equal(Content(payload.Length), payload.ToArray());
            read.Add(payload.Length);
        }

        Assert.Equal(lengths, read);
    }

    [Fact]
    public async Task What_one_read_brought_is_taken_without_another()
    {
        var bytes = new MemoryStream();
        foreach (var length in (int[])[1, 2, 3]) await FeedFrame.WriteAsync(bytes, FrameKind.Exchange, Content(length), Ct);
        var reader = new FeedReader(new Pieces(bytes.ToArray(), 1000));

        Assert.False(reader.TryTake(out _, out _));
        Assert.True(await reader.FillAsync(Ct));
        var taken = 0;
        while (reader.TryTake(out _, out _)) taken++;
        Assert.Equal(3, taken);
        Assert.False(await reader.FillAsync(Ct));
    }

    [Fact]
    public async Task A_frame_that_ends_early_is_the_end_and_one_that_is_too_long_is_refused()
    {
        var cut = new MemoryStream();
        await FeedFrame.WriteAsync(cut, FrameKind.Update, Content(100), Ct);
        Assert.Null(await new FeedReader(new Pieces(cut.ToArray()[..50], 1000)).ReadAsync(Ct));

        var huge = new byte[FeedFrame.HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(huge, FeedFrame.LongestPayload + 1u);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await new FeedReader(new Pieces(huge, 1000)).ReadAsync(Ct));
        Assert.Contains("no Weir of a known version", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(length, length).Select(i => (byte)i)];

    /// <summary>A stream that gives at most so many bytes a read, as a socket may.</summary>
    private sealed class Pieces(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
