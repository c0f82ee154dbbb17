using Weir.Linux;
using Xunit;

namespace Weir.Unit.Linux;

public sealed class SchedulerSliceTests
{
    private static readonly TimeSpan _wanted = TimeSpan.FromMicroseconds(200);

    [Fact]
    public void A_thread_gets_the_slice_that_it_asks_for_where_the_kernel_knows_such()
    {
        var (taken, slice) = (false, TimeSpan.Zero);
        var thread = new Thread(() => (taken, slice) = (SchedulerSlice.Ask(_wanted), SchedulerSlice.Current));
        thread.Start();
        thread.Join();
        Assert.True(taken);
        Assert.Equal(Environment.OSVersion.Version >= new Version(6, 12) ? _wanted : TimeSpan.Zero, slice);
    }

    [Fact]
    public void Other_threads_keep_theirs()
    {
        var before = SchedulerSlice.Current;
        var thread = new Thread(() => SchedulerSlice.Ask(_wanted));
        thread.Start();
        thread.Join();
        Assert.Equal(before, SchedulerSlice.Current);
        Assert.NotEqual(_wanted, before);
    }
}
