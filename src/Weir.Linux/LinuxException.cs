using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>The kernel refused a call that the caller cannot go on without.</summary>
/// <remarks>The message says what was tried, on what, and the kernel's reason.</remarks>
public sealed class LinuxException : IOException
{
    internal LinuxException(string attempt, int errno)
        : base($"{attempt}: {new Win32Exception(errno).Message} (errno {errno}){Advice(errno)}") => Errno = errno;

    /// <summary>The kernel's error number, positive (1 is EPERM).</summary>
    public int Errno { get; }

    internal static LinuxException Last(string attempt) => new(attempt, Marshal.GetLastPInvokeError());

    private static string Advice(int errno) => errno is 1 or 13 ? "; run as root" : "";
}
