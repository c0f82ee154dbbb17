using System.Text;
using Weir.Protocols.Tls;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class ClientHelloTests
{
    [Fact]
    public void The_name_is_read_however_the_message_is_cut_into_records()
    {
        var message = Message(Extension(0x3A3A, []), ServerName("Shop.Example"), Extension(0xFE0D, [0, 1, 2])); // GREASE before, ECH after: the outer name counts
        for (var size = 1; size <= message.Length; size++)
        {
            var stream = Records(message, size);
            for (var length = 0; length < stream.Length; length++)
                Assert.Equal(TlsFault.Incomplete, ClientHello.ReadServerName(stream.AsSpan(0, length), out _));
            Assert.Equal(TlsFault.None, ClientHello.ReadServerName(stream, out var name));
            Assert.Equal("shop.example", name);
        }
    }

    [Fact]
    public void What_follows_the_message_is_not_looked_at()
    {
        var stream = Records(Message(ServerName("a.b")), 4096).Concat("GET /"u8.ToArray()).ToArray();
        Assert.Equal(TlsFault.None, ClientHello.ReadServerName(stream, out var name));
        Assert.Equal("a.b", name);
    }

    [Fact]
    public void A_hello_without_a_name_names_none()
    {
        Assert.Equal(TlsFault.None, ClientHello.ReadServerName(Records(Message(Extension(43, [2, 3, 4])), 4096), out var name));
        Assert.Equal("", name);
    }

    [Theory]
    [InlineData("a..b/c", TlsFault.BadName)]
    [InlineData("a\0b", TlsFault.BadName)]
    [InlineData("", TlsFault.BadName)]
    [InlineData(".", TlsFault.BadName)]
    public void A_name_that_no_host_has_is_refused(string name, TlsFault expected) =>
        Assert.Equal(expected, ClientHello.ReadServerName(Records(Message(ServerName(name)), 4096), out _));

    [Fact]
    public void Two_names_are_refused()
    {
        Assert.Equal(TlsFault.Malformed, ClientHello.ReadServerName(Records(Message(ServerName("a.b"), ServerName("c.d")), 4096), out _));
        byte[] both = [0, 0, 0, 16, 0, 12, 0, 0, 3, (byte)'a', (byte)'.', (byte)'b', 0, 0, 3, (byte)'c', (byte)'.', (byte)'d'];
        Assert.Equal(TlsFault.Malformed, ClientHello.ReadServerName(Records(Message(both), 4096), out _));
    }

    [Theory]
    [InlineData("474554202f", TlsFault.NotTls)]
    [InlineData("1602", TlsFault.NotTls)]
    [InlineData("1603010000", TlsFault.Malformed)]
    [InlineData("16030100040200000000", TlsFault.NotClientHello)]
    [InlineData("16030100040100000000", TlsFault.Malformed)]
    [InlineData("160301000401ffffff", TlsFault.TooLarge)]
    [InlineData("16030100050100000103", TlsFault.Malformed)]
    public void Other_bytes_are_refused(string hex, TlsFault expected) =>
        Assert.Equal(expected, ClientHello.ReadServerName(Convert.FromHexString(hex), out _));

    [Fact]
    public void No_change_of_a_byte_makes_it_throw()
    {
        var stream = Records(Message(Extension(0x3A3A, []), ServerName("shop.example")), 30);
        for (var at = 0; at < stream.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = stream.ToArray();
                changed[at] = (byte)value;
                var fault = ClientHello.ReadServerName(changed, out var name);
                Assert.True(fault == TlsFault.None || name.Length == 0 || fault == TlsFault.Malformed);
            }
        }
    }

    private static byte[] ServerName(string name)
    {
        var bytes = Encoding.Latin1.GetBytes(name);
        return Extension(0, [.. Short(bytes.Length + 3), 0, .. Short(bytes.Length), .. bytes]);
    }

    private static byte[] Extension(int type, byte[] body) => [.. Short(type), .. Short(body.Length), .. body];

    private static byte[] Message(params byte[][] extensions)
    {
        byte[] all = [.. extensions.SelectMany(e => e)];
        byte[] hello = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. Short(all.Length), .. all];
        return [1, 0, .. Short(hello.Length), .. hello];
    }

    private static byte[] Records(byte[] message, int size) => [.. message.Chunk(size).SelectMany(part => (byte[])[22, 3, 1, .. Short(part.Length), .. part])];

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];
}
