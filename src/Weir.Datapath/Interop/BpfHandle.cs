using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Weir.Datapath.Interop;

/// <summary>The descriptor of a map, program or link; closed once, by whoever disposes it.</summary>
internal sealed partial class BpfHandle : SafeHandleMinusOneIsInvalid
{
    public BpfHandle(int fd) : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number, for a system call made while the handle is held.</summary>
    public int Fd => (int)handle;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;
}
