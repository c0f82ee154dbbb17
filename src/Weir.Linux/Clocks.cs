using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>The kernel's clocks that .NET does not show.</summary>
public static partial class Clocks
{
    private const int ClockThreadCpu = 3, ClockBoottime = 7;

    /// <summary>CLOCK_BOOTTIME in nanoseconds: time since the machine started, sleep included. What BPF's bpf_ktime_get_boot_ns gives.</summary>
    public static long BootNanoseconds() => Read(ClockBoottime, "CLOCK_BOOTTIME");

    /// <summary>CLOCK_THREAD_CPUTIME_ID in nanoseconds: the processor time that the calling thread has used.</summary>
    public static long ThreadNanoseconds() => Read(ClockThreadCpu, "CLOCK_THREAD_CPUTIME_ID");

    private static long Read(int clock, string name) => GetTime(clock, out var now) == 0
        ? (now.Seconds * 1_000_000_000) + now.Nanoseconds
        : throw new InvalidOperationException($"clock_gettime({name}) failed with errno {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec now);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
