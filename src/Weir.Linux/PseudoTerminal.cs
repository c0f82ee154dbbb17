using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Weir.Linux;

/// <summary>The near end of a pseudo terminal; a program has the far one as its terminal.</summary>
public sealed class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle _handle;

    private PseudoTerminal(SafeFileHandle handle, string farPath)
    {
        (_handle, FarPath) = (handle, farPath);
        Stream = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>The file of the far end, such as <c>/dev/pts/3</c>.</summary>
    public string FarPath { get; }

    /// <summary>What the program prints and is told. Reading fails with <see cref="IOException"/> once nobody has the far end open any more.</summary>
    public FileStream Stream { get; }

    /// <summary>Makes a terminal that nobody has open yet.</summary>
    /// <exception cref="LinuxException">The machine has no more of them.</exception>
    public static unsafe PseudoTerminal Open()
    {
        var fd = LibC.posix_openpt(LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_CLOEXEC);
        if (fd < 0) throw LinuxException.Last("Opening a pseudo terminal");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        var name = stackalloc byte[64];
        if (LibC.grantpt(fd) == 0 && LibC.unlockpt(fd) == 0 && LibC.ptsname_r(fd, name, 64) == 0)
            return new PseudoTerminal(handle, Marshal.PtrToStringUTF8((nint)name)!);
        var failure = LinuxException.Last("Preparing a pseudo terminal");
        handle.Dispose();
        throw failure;
    }

    /// <summary>Tells the program how large its window is.</summary>
    /// <param name="columns">Characters across.</param>
    /// <param name="rows">Lines.</param>
    public unsafe void Resize(int columns, int rows)
    {
        // struct winsize: rows, columns, and two sizes in pixels that nobody uses.
        var size = stackalloc ushort[] { (ushort)rows, (ushort)columns, 0, 0 };
        if (LibC.ioctl((int)_handle.DangerousGetHandle(), LibC.TIOCSWINSZ, size) != 0) throw LinuxException.Last("Sizing a pseudo terminal");
    }

    /// <summary>Closes the near end; the program gets SIGHUP.</summary>
    public void Dispose() => Stream.Dispose();
}
