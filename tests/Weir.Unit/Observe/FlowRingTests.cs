using Weir.Observe.Ring;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class FlowRingTests
{
    [Fact]
    public void A_reader_gets_what_was_written_in_order()
    {
        var ring = new FlowRing(8);
        Write(ring, 5);
        var cursor = new FlowCursor(ring, 0);

        for (var i = 0; i < 5; i++)
        {
            Assert.True(cursor.TryNext(out var flow, out var sequence, out var lost));
            Assert.Equal((i, (long)i, 0L), (flow.SourcePort, sequence, lost));
        }

        Assert.False(cursor.TryNext(out _, out _, out _));
    }

    [Fact]
    public void A_reader_that_falls_behind_learns_exactly_how_many_it_lost()
    {
        var ring = new FlowRing(16);
        Write(ring, 100);
        var cursor = new FlowCursor(ring, 0);

        long read = 0, lost = 0;
        while (cursor.TryNext(out _, out _, out var missed))
        {
            read++;
            lost += missed;
        }

        Assert.Equal(100, read + lost);
        Assert.InRange(read, 1, 16);
    }

    [Fact]
    public async Task Readers_never_see_a_torn_flow_while_the_writer_laps_them()
    {
        var ring = new FlowRing(64);
        const int Total = 400_000;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var cursor = new FlowCursor(ring, 0);
            long accounted = 0;
            while (accounted < Total)
            {
                if (cursor.TryNext(out var flow, out var sequence, out var lost))
                {
                    accounted++;
                    if (flow.TimeNanoseconds != sequence || flow.Bytes != (ulong)sequence || flow.ReplyBytes != (ulong)sequence)
                        return false;
                }

                accounted += lost;
            }

            return true;
        })).ToArray();

        Write(ring, Total);

        Assert.All(await Task.WhenAll(readers), Assert.True);
    }

    [Fact]
    public async Task A_waiting_reader_is_woken()
    {
        var ring = new FlowRing(8);
        var cursor = new FlowCursor(ring, 0);
        var waiting = cursor.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        Write(ring, 1);
        await waiting;

        Assert.True(cursor.TryNext(out _, out _, out _));
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var ring = new FlowRing(1024);
        Write(ring, 2000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(ring, 2000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Write(FlowRing ring, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sequence = ring.Next;
            ref var flow = ref ring.Open();
            flow = default;
            flow.SourcePort = (ushort)sequence;
            flow.TimeNanoseconds = sequence;
            flow.Bytes = (ulong)sequence;
            flow.ReplyBytes = (ulong)sequence;
            ring.Publish();
        }

        ring.Wake();
    }
}
