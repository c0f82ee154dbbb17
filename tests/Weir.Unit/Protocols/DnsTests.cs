using System.Text;
using CsCheck;
using Weir.Protocols.Dns;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class DnsTests
{
    private static readonly Gen<string> s_label = Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-_"].Array[1, 63].Select(c => new string(c));
    private static readonly Gen<string> s_name = s_label.Array[0, 6].Select(labels => string.Join('.', labels)).Where(n => n.Length <= DnsName.MaxLength);

    [Fact]
    public void A_name_is_read_back_as_it_was_written() => s_name.Sample(name =>
    {
        Span<byte> bytes = stackalloc byte[300];
        Assert.Equal(DnsFault.None, DnsName.Write(name, bytes, out var length));
        var offset = 0;
        Assert.Equal(DnsFault.None, DnsName.Read(bytes, ref offset, out string read));
        Assert.Equal((name, length), (read, offset));
    });

    [Theory]
    [InlineData("a..b", DnsFault.NameTooLong)]
    [InlineData(".a", DnsFault.NameTooLong)]
    [InlineData("a..", DnsFault.NameTooLong)]
    [InlineData("this-label-has-sixty-four-characters-which-is-one-more-than-dns-a", DnsFault.NameTooLong)]
    public void A_name_that_DNS_cannot_carry_is_refused(string name, DnsFault fault) =>
        Assert.Equal(fault, DnsName.Write(name, new byte[300], out _));

    [Fact]
    public void A_name_is_lower_cased() => Assert.Equal("www.bing.com", ReadName("\u0003WWW\u0004Bing\u0003com\0"u8));

    [Fact]
    public void A_pointer_to_itself_is_refused()
    {
        var offset = 0;
        Assert.Equal(DnsFault.PointerNotBackwards, DnsName.Read([0xC0, 0x00], ref offset, out string _));
        Assert.Equal(0, offset);
    }

    [Fact]
    public void A_pointer_is_followed_and_the_offset_moves_past_it_only()
    {
        byte[] message = [3, (byte)'c', (byte)'o', (byte)'m', 0, 1, (byte)'a', 0xC0, 0x00, 0xFF];
        var offset = 5;
        Assert.Equal(DnsFault.None, DnsName.Read(message, ref offset, out string name));
        Assert.Equal(("a.com", 9), (name, offset));
    }

    [Fact]
    public void A_dot_inside_a_label_is_refused()
    {
        var offset = 0;
        Assert.Equal(DnsFault.DotInLabel, DnsName.Read("\u0003a.b\0"u8, ref offset, out string _));
    }

    [Fact]
    public void No_bytes_make_a_reader_throw_or_move_on_a_fault() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (var start = 0; start <= bytes.Length; start++)
        {
            var offset = start;
            if (DnsQuestion.Read(bytes, ref offset, name, out _, out _) != DnsFault.None) Assert.Equal(start, offset);
            else Assert.InRange(offset, start + 5, bytes.Length);
            offset = start;
            if (DnsRecord.Read(bytes, ref offset, name, out _, out var record) != DnsFault.None) Assert.Equal(start, offset);
            else Assert.Equal(offset, record.DataOffset + record.DataLength);
        }
    });

    [Fact]
    public void An_answer_is_read_back_as_it_was_written()
    {
        Span<byte> buffer = stackalloc byte[512];
        var writer = new DnsWriter(buffer, 0x1234, DnsHeader.Response | DnsHeader.RecursionAvailable);
        writer.Question("www.bing.com", DnsType.A);
        writer.Answer(DnsType.A, 60, [13, 107, 21, 237]);
        writer.AnswerName(DnsType.CName, 5, "other.example");
        writer.Authority("example", 30);
        var message = buffer[..writer.Finish()];

        Assert.Equal(DnsFault.None, DnsHeader.Read(message, out var header));
        Assert.Equal((0x1234, 1, 2, 1), (header.Id, header.Questions, header.Answers, header.Authorities));
        var offset = DnsHeader.Length;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        Assert.Equal(DnsFault.None, DnsQuestion.Read(message, ref offset, name, out _, out var question));
        Assert.Equal(DnsType.A, question.Type);
        Assert.Equal(DnsFault.None, DnsRecord.Read(message, ref offset, name, out var length, out var record));
        Assert.Equal("www.bing.com", Encoding.ASCII.GetString(name[..length]));
        Assert.Equal((DnsType.A, 60u), (record.Type, record.TimeToLive));
        Assert.Equal([13, 107, 21, 237], message.Slice(record.DataOffset, record.DataLength).ToArray());
        Assert.Equal(DnsFault.None, DnsRecord.Read(message, ref offset, name, out _, out record));
        var data = record.DataOffset;
        Assert.Equal(DnsFault.None, DnsName.Read(message, ref data, out string other));
        Assert.Equal("other.example", other);
        Assert.Equal(DnsFault.None, DnsRecord.Read(message, ref offset, name, out _, out record));
        Assert.Equal((DnsType.Soa, message.Length), (record.Type, offset));
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_the_answer_is_marked_as_cut()
    {
        Span<byte> buffer = stackalloc byte[64];
        var writer = new DnsWriter(buffer, 1, DnsHeader.Response);
        writer.Question("a.example", DnsType.A);
        for (var i = 0; i < 5; i++) writer.Answer(DnsType.A, 1, [1, 2, 3, 4]);
        var length = writer.Finish();

        DnsHeader.Read(buffer[..length], out var header);
        Assert.True(header.IsCut);
        Assert.Equal(2, header.Answers);
    }

    private static string ReadName(ReadOnlySpan<byte> message)
    {
        var offset = 0;
        Assert.Equal(DnsFault.None, DnsName.Read(message, ref offset, out string name));
        return name;
    }
}
