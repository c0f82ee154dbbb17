using System.Text;
using Weir.Protocols.Http2;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class HpackTests
{
    [Fact]
    public void Reads_the_requests_of_the_standard_in_plain_text() => Reads( // RFC 7541 C.3
        ["828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"]);

    [Fact]
    public void Reads_the_requests_of_the_standard_in_Huffman_code() => Reads( // RFC 7541 C.4
        ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"]);

    [Theory]
    [InlineData("80")] // number 0
    [InlineData("be")] // a number that nobody has said
    [InlineData("ff")]
    [InlineData("ffffffffff")]
    [InlineData("0005")]
    [InlineData("400161")]
    [InlineData("3fe2ff7f")] // a larger table than agreed
    [InlineData("8220")] // a new size where none may stand
    [InlineData("000161821fff")] // padding of more than seven bits
    [InlineData("0001618100")] // padding that is not ones
    public void A_malformed_block_is_refused(string hex) => Assert.False(new HpackDecoder().TryRead(Convert.FromHexString(hex), new HeaderList()));

    [Fact]
    public void Entries_leave_when_the_table_is_full()
    {
        var decoder = new HpackDecoder();
        var fields = new HeaderList();
        for (var i = 0; i < 200; i++)
        {
            // 0x40: literal, kept; each takes 34 bytes of the 4,096.
            Assert.True(decoder.TryRead([0x40, 1, (byte)'x', 1, (byte)i], fields));
            Assert.True(decoder.TryRead([0xBE], fields));
            Assert.Equal([(byte)i], fields.Value(0));
        }

        Assert.True(decoder.TryRead([0xFF, 0x80 + 57, 0x00], fields) == decoder.TryRead([0xFF, 57], fields));
        Assert.True(decoder.TryRead([0xFF, 54], fields)); // 62 + 119: the oldest of 120
        Assert.Equal([(byte)80], fields.Value(0));
        Assert.False(decoder.TryRead([0xFF, 55], fields));
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        foreach (var length in (int[])[0, 1, 126, 127, 128, 254, 255, 256, 16_500])
        {
            var value = Encoding.ASCII.GetBytes(new string('v', length));
            var written = new byte[HpackWriter.LengthOf("name"u8, value)];
            var count = HpackWriter.Write("name"u8, value, written);
            var fields = new HeaderList();
            Assert.True(new HpackDecoder().TryRead(written.AsSpan(0, count), fields));
            Assert.True(value.AsSpan().SequenceEqual(fields.Value(0)));
        }
    }

    private static void Reads(string[] blocks)
    {
        string[] expected =
        [
            ":method: GET, :scheme: http, :path: /, :authority: www.example.com",
            ":method: GET, :scheme: http, :path: /, :authority: www.example.com, cache-control: no-cache",
            ":method: GET, :scheme: https, :path: /index.html, :authority: www.example.com, custom-key: custom-value",
        ];
        var decoder = new HpackDecoder();
        var fields = new HeaderList();
        foreach (var (block, text) in blocks.Zip(expected))
        {
            Assert.True(decoder.TryRead(Convert.FromHexString(block), fields));
            Assert.Equal(text, string.Join(", ", Enumerable.Range(0, fields.Count).Select(i => $"{Encoding.ASCII.GetString(fields.Name(i))}: {Encoding.ASCII.GetString(fields.Value(i))}")));
        }
    }
}
