using Weir.Agent.Evidence;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>A message that came before is known again, by all but its id.</summary>
public sealed class DnsMessageCacheTests
{
    // A question for a.test, type A; the id in front.
    private static byte[] Question(byte id, byte letter) => [0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, letter, 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0, 0, 1, 0, 1];

    [Fact]
    public void A_message_with_another_id_is_the_same_and_costs_nothing()
    {
        var cache = new DnsMessageCache();
        var first = cache.Read(Question(1, (byte)'a'));
        Assert.Equal("a.test.", first!.Query);
        Assert.Equal("b.test.", cache.Read(Question(1, (byte)'b'))!.Query);

        var again = Question(2, (byte)'a');
        Assert.Same(first, cache.Read(again));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) cache.Read(again);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_has_no_question_is_nothing_and_new_names_do_not_pile_up()
    {
        var cache = new DnsMessageCache();
        Assert.Null(cache.Read([]));
        Assert.Null(cache.Read(Question(1, (byte)'a').AsSpan(0, 12)));

        var first = cache.Read(Question(1, (byte)'a'));
        var message = Question(1, (byte)'a');
        for (var i = 0; i < 10_000; i++)
        {
            (message[2], message[3]) = ((byte)(i >> 8), (byte)i); // other flags make it another message
            Assert.NotNull(cache.Read(message));
        }

        Assert.NotSame(first, cache.Read(Question(1, (byte)'a')));
    }
}
