using System.Runtime.InteropServices;

namespace Weir.Kernel.Network;

/// <summary>Interfaces of the calling thread's namespace.</summary>
internal static partial class Interfaces
{
    /// <summary>The number of an interface; 0 where there is none.</summary>
    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IndexOf(string name);
}
