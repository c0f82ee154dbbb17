using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>Waits for several sockets at once, whatever their number (epoll). One thread waits; adding and removing is for the same thread.</summary>
/// <remarks>A socket that is disposed leaves by itself.</remarks>
public sealed class Poll : IDisposable
{
    private const int Add = 1, CloseOnExec = 0x80000;
    private const uint Readable = 1;

    // struct epoll_event { u32 events; u64 data } is packed on x64 alone.
    private static readonly int s_data = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private readonly int _epoll;

    /// <summary>Makes one that waits for nothing yet.</summary>
    /// <exception cref="LinuxException">No descriptor is free.</exception>
    public Poll()
    {
        _epoll = LibC.epoll_create1(CloseOnExec);
        if (_epoll < 0) throw LinuxException.Last("Making an epoll descriptor");
    }

    /// <summary>Waits for a socket too.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="number">What <see cref="Wait"/> tells when it can be read.</param>
    public unsafe void Watch(Socket socket, int number)
    {
        var wanted = stackalloc byte[16];
        *(uint*)wanted = Readable;
        Unsafe.WriteUnaligned(wanted + s_data, (long)number);
        if (LibC.epoll_ctl(_epoll, Add, (int)socket.Handle, wanted) != 0) throw LinuxException.Last("Watching a socket");
    }

    /// <summary>Waits until one can be read.</summary>
    /// <param name="ready">Receives the numbers of those that can.</param>
    /// <param name="timeoutMs">How long, in milliseconds.</param>
    /// <returns>How many.</returns>
    public unsafe int Wait(Span<int> ready, int timeoutMs)
    {
        const int Most = 64;
        var events = stackalloc byte[Most * 16];
        var count = LibC.epoll_wait(_epoll, events, Math.Min(Most, ready.Length), timeoutMs);
        for (var i = 0; i < count; i++) ready[i] = (int)Unsafe.ReadUnaligned<long>(events + (i * (s_data + 8)) + s_data);
        return Math.Max(count, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.close(_epoll);
}
