using System.Runtime.InteropServices;

namespace Weir.Datapath.Interop;

/// <summary>The few calls of libc that the datapath needs. Names follow the C API.</summary>
internal static unsafe partial class LibC
{
    internal const int ProtRead = 1, ProtWrite = 2, MapShared = 1;
    internal const short PollIn = 1;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint MMap(nint address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int MUnmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* fds, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial uint IfNameToIndex(string name);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int StatFs(string path, byte* buffer);


    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint a, nint b, nint c);

    /// <summary>Waits until every program that runs now has ended: the global barrier waits for an RCU grace period.</summary>
    internal static void WaitForRunningPrograms()
    {
        const int Global = 1;
        var number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 324 : 283;
        _ = Syscall(number, Global, 0, 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        public int Fd;
        public short Events, Returned;
    }
}
