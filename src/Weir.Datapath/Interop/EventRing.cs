using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Weir.Datapath.Abi;

namespace Weir.Datapath.Interop;

/// <summary>The reading end of the kernel's ring buffer, in shared memory: one reader, no copy, no allocation.</summary>
/// <remarks>
/// Layout (kernel/bpf/ringbuf.c): one page with the consumer's position, which we write; one page with the producer's;
/// then the data, mapped twice in a row, so that a record never wraps. A record is a u32 length (bit 31: still being
/// written, bit 30: given up), a u32 for the kernel, and the data, rounded up to 8 bytes.
/// </remarks>
internal sealed unsafe class EventRing : IDisposable
{
    private const uint Busy = 1u << 31, Discarded = 1u << 30;
    private const int HeaderBytes = 8;

    private readonly BpfHandle _map;
    private readonly nint _producerLength, _pageBytes = Environment.SystemPageSize;
    private nint _consumerPage, _producerPage;
    private readonly ulong _mask;

    /// <summary>Maps the ring of <paramref name="sizeBytes"/> bytes; closes <paramref name="map"/> when disposed.</summary>
    public EventRing(BpfHandle map, uint sizeBytes)
    {
        _map = map;
        _mask = sizeBytes - 1;
        _producerLength = _pageBytes + (2 * (nint)sizeBytes);
        _consumerPage = LibC.MMap(0, _pageBytes, LibC.ProtRead | LibC.ProtWrite, LibC.MapShared, map.Fd, 0);
        _producerPage = _consumerPage == -1 ? -1 : LibC.MMap(0, _producerLength, LibC.ProtRead, LibC.MapShared, map.Fd, _pageBytes);
        if (_producerPage == -1) throw DatapathException.MapRefused("mmap", "weir_events", Marshal.GetLastPInvokeError());
    }

    /// <summary>Hands over what waits; waits up to <paramref name="wait"/> for the first. Returns how many events there were.</summary>
    public int Read(IEventSink sink, TimeSpan wait)
    {
        ObjectDisposedException.ThrowIf(_consumerPage == -1, this);
        var count = Drain(sink);
        if (count > 0 || wait <= TimeSpan.Zero) return count;

        var poll = new LibC.PollFd { Fd = _map.Fd, Events = LibC.PollIn };
        _ = LibC.Poll(&poll, 1, (int)Math.Clamp(wait.TotalMilliseconds, 1, int.MaxValue));
        return Drain(sink);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_consumerPage == -1) return; // unmapping twice would take somebody else's memory away
        _ = LibC.MUnmap(_consumerPage, _pageBytes);
        _ = LibC.MUnmap(_producerPage, _producerLength);
        (_consumerPage, _producerPage) = (-1, -1);
        _map.Dispose();
    }

    private int Drain(IEventSink sink)
    {
        var consumerPosition = (ulong*)_consumerPage;
        var data = (byte*)_producerPage + _pageBytes;
        var position = *consumerPosition;
        var end = Volatile.Read(ref *(ulong*)_producerPage);
        var count = 0;

        while (position < end)
        {
            var record = data + (position & _mask);
            var length = Volatile.Read(ref *(uint*)record);
            if ((length & Busy) != 0) break;

            if ((length & Discarded) == 0 && length >= sizeof(EventAbi))
            {
                sink.OnEvent(in Unsafe.AsRef<EventAbi>(record + HeaderBytes));
                count++;
            }

            position += ((length & ~Discarded) + HeaderBytes + 7u) & ~7u;
            Volatile.Write(ref *consumerPosition, position);
        }

        return count;
    }
}
