using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>How long the calling thread may run at a time beside others (Linux 6.12 on; sched(7), <c>sched_runtime</c> of a fair thread).</summary>
/// <remarks>A shorter slice changes nothing about a thread's share of the processor: it gets its turn sooner, and is interrupted sooner. Needs no privilege.</remarks>
public static class SchedulerSlice
{
    private static readonly (nint Set, nint Get) _numbers = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? (274, 275) : (314, 315);

    /// <summary>The slice of the calling thread; zero where the kernel knows none (before 6.12), or on a processor whose system calls are not known here.</summary>
    public static TimeSpan Current => Read() is { } attributes ? TimeSpan.FromMicroseconds(attributes.Runtime / 1000.0) : TimeSpan.Zero;

    /// <summary>Asks for a slice; policy and nice value stay.</summary>
    /// <param name="slice">From 0.1 to 100 ms; the kernel rounds to that.</param>
    /// <returns>Whether the kernel took it; an older one takes and ignores it, see <see cref="Current"/>.</returns>
    public static bool Ask(TimeSpan slice)
    {
        if (Read() is not { } attributes) return false;
        attributes.Runtime = (ulong)slice.TotalNanoseconds;
        return LibC.syscall(_numbers.Set, 0, ref attributes, 0, 0) == 0;
    }

    private static LibC.SchedulerAttributes? Read()
    {
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64)) return null;
        var attributes = default(LibC.SchedulerAttributes);
        attributes.Size = (uint)Marshal.SizeOf<LibC.SchedulerAttributes>();
        return LibC.syscall(_numbers.Get, 0, ref attributes, attributes.Size, 0) == 0 ? attributes : null;
    }
}
