using System.Buffers.Binary;
using CsCheck;
using Weir.Protocols.Dns;
using Weir.Proxy.Dns;
using Weir.Proxy.Feed;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>Questions and answers as bytes, hostile ones too.</summary>
public sealed class DnsChannelTests : IDisposable
{
    private readonly ProxyScene _scene = new();
    private readonly DnsChannel _channel;
    private readonly byte[] _message = new byte[2048], _reply = new byte[512];

    public DnsChannelTests()
    {
        _scene.Tell(new FeedSettings(), "*.test");
        _channel = _scene.Channel();
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Answers_find_their_questions_in_any_order_with_the_ids_and_ports_of_those_who_asked()
    {
        var passed = new List<(ushort Id, ushort Port)>();
        for (ushort i = 0; i < 20; i++)
        {
            Assert.Equal(DnsStep.Pass, Ask($"n{i}.test", 4242, (ushort)(1000 + i)));
            passed.Add((BinaryPrimitives.ReadUInt16BigEndian(_message), (ushort)(1000 + i)));
        }

        Assert.Equal(20, passed.Select(p => p.Id).Distinct().Count());
        foreach (var (id, port) in Enumerable.Reverse(passed))
        {
            var length = Answer($"n{port - 1000}.test", id);
            Assert.Equal(DnsStep.Pass, _channel.Answer(_message.AsSpan(0, length), out var to));
            Assert.Equal((port, 4242), (to, BinaryPrimitives.ReadUInt16BigEndian(_message)));
        }
    }

    [Fact]
    public void An_answer_that_was_not_asked_for_opens_nothing_and_does_not_use_up_the_question()
    {
        Ask("a.test", 1, 1000);
        var id = BinaryPrimitives.ReadUInt16BigEndian(_message);

        Assert.Equal(DnsStep.Drop, _channel.Answer(_message.AsSpan(0, Answer("b.test", id)), out _));
        Assert.Equal(DnsStep.Drop, _channel.Answer(_message.AsSpan(0, Answer("a.test", (ushort)(id + 1))), out _));
        Assert.Empty(_scene.Open(ProxyScene.Pod));

        Assert.Equal(DnsStep.Pass, _channel.Answer(_message.AsSpan(0, Answer("a.test", id)), out _));
        Assert.Equal(["198.18.0.1"], _scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void Aliases_lead_to_addresses_and_records_of_other_names_do_not_count()
    {
        Ask("a.test", 1, 1000);
        var answer = WithRecords(
            "a.test", BinaryPrimitives.ReadUInt16BigEndian(_message), ("a.test", DnsType.CName, "b.cdn"), ("c.cdn", DnsType.A, "198.18.0.3"),
            ("b.cdn", DnsType.CName, "c.cdn"), ("evil.cdn", DnsType.A, "198.18.0.66"));

        Assert.Equal(DnsStep.Pass, _channel.Answer(answer, out _));
        Assert.Equal(["198.18.0.3"], _scene.Open(ProxyScene.Pod));
    }

    [Theory]
    [InlineData("a.other", false, DnsResponseCode.Refused)]
    [InlineData("a.other", true, DnsResponseCode.NameError)]
    [InlineData("a.b.test", false, DnsResponseCode.Refused)]
    public void A_name_that_no_rule_allows_is_answered_as_the_settings_say(string name, bool nameError, DnsResponseCode code)
    {
        _scene.Tell(new FeedSettings { AnswersNameError = nameError }, "*.test");

        Assert.Equal(DnsStep.Reply, Ask(name, 7, 1000));
        DnsHeader.Read(_reply, out var header);
        Assert.Equal((7, true, code, 1), (header.Id, header.IsResponse, header.Code, header.Questions));
    }

    [Fact]
    public void A_large_answer_is_asked_for_only_as_far_as_it_fits_one_packet()
    {
        var length = Query("a.test", 1);
        ReadOnlySpan<byte> edns = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];
        edns.CopyTo(_message.AsSpan(length));
        _message[11] = 1;

        Assert.Equal(DnsStep.Pass, _channel.Ask(_message.AsSpan(0, length + edns.Length), 1000, _reply, out _));
        Assert.Equal(1232, BinaryPrimitives.ReadUInt16BigEndian(_message.AsSpan(length + 3)));
    }

    [Fact]
    public void No_bytes_whatsoever_make_it_throw_or_open_anything()
    {
        Ask("a.test", 1, 1000);
        var id = BinaryPrimitives.ReadUInt16BigEndian(_message);
        var seed = _message.AsSpan(0, Answer("a.test", id)).ToArray();
        Gen.Select(Gen.Byte.Array[0, 80], Gen.Int[0, seed.Length - 1], Gen.Byte).Sample(
            (bytes, at, value) =>
            {
                _channel.Ask(bytes, 1, _reply, out _);
                _channel.Answer((byte[])bytes.Clone(), out _);
                var mutated = (byte[])seed.Clone();
                mutated[at] = value;
                _channel.Answer(mutated, out _);
                _channel.Ask((byte[])mutated.Clone(), 1, _reply, out _);
            },
            iter: 2_000,
            threads: 1);

        // One byte of the answer was changed: it may be one of the address.
        Assert.All(_scene.Open(ProxyScene.Pod), address => Assert.InRange(address.Split('.').Zip(["198", "18", "0", "1"]).Count(b => b.First != b.Second), 0, 1));
    }

    [Fact]
    public void A_question_that_was_met_before_and_its_answer_allocate_nothing()
    {
        var answer = new byte[512];
        for (var i = 0; i < 100; i++) Once();
        _scene.State.Outbox.Dns(default, false, default, 0, _message.AsSpan(0, 40));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Once();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 20_000); // growing a queue now and then, not something for each

        void Once()
        {
            var length = Query("a.test", 1);
            _channel.Ask(_message.AsSpan(0, length), 1000, _reply, out _);
            var answered = Answer("a.test", BinaryPrimitives.ReadUInt16BigEndian(_message));
            _message.AsSpan(0, answered).CopyTo(answer);
            _channel.Answer(answer.AsSpan(0, answered), out _);
        }
    }

    private DnsStep Ask(string name, ushort id, ushort port) => _channel.Ask(_message.AsSpan(0, Query(name, id)), port, _reply, out _);

    private int Query(string name, ushort id)
    {
        var writer = new DnsWriter(_message, id, DnsHeader.RecursionDesired);
        writer.Question(name, DnsType.A);
        return writer.Finish();
    }

    private int Answer(string name, ushort id)
    {
        var writer = new DnsWriter(_message, id, DnsHeader.Response);
        writer.Question(name, DnsType.A);
        writer.Answer(DnsType.A, 60, [198, 18, 0, 1]);
        return writer.Finish();
    }

    private static byte[] WithRecords(string question, ushort id, params (string Owner, DnsType Type, string Data)[] records)
    {
        var message = new byte[2048];
        var writer = new DnsWriter(message, id, DnsHeader.Response);
        writer.Question(question, DnsType.A);
        var at = writer.Finish();
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)records.Length);
        foreach (var (owner, type, text) in records)
        {
            DnsName.Write(owner, message.AsSpan(at), out var written);
            at += written;
            var data = new byte[300];
            int length;
            if (type == DnsType.CName) DnsName.Write(text, data, out length);
            else length = System.Net.IPAddress.Parse(text).GetAddressBytes() is var bytes && bytes.AsSpan().TryCopyTo(data) ? bytes.Length : 0;
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), 1);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at + 4), 60);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 8), (ushort)length);
            data.AsSpan(0, length).CopyTo(message.AsSpan(at + 10));
            at += 10 + length;
        }

        return message[..at];
    }
}
