using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>Mounting and unmounting.</summary>
public static class Mounts
{
    private const nuint NoSuid = 2, NoDev = 4, NoExec = 8, BindFlag = 4096, Private = 1 << 18;
    private const int Detach = 2;

    /// <summary>Mounts a new BPF filesystem on a folder that exists.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void BpfFileSystem(string target) => Do("bpf", target, "bpf", NoSuid | NoDev | NoExec, "mode=0700");

    /// <summary>Mounts a new memory filesystem on a folder that exists.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="sizeBytes">The most it may hold.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MemoryFileSystem(string target, long sizeBytes) => Do("tmpfs", target, "tmpfs", NoSuid | NoDev, $"mode=0755,size={sizeBytes}");

    /// <summary>Makes <paramref name="target"/> show what <paramref name="source"/> is; both exist.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Bind(string source, string target) => Do(source, target, null, BindFlag, null);

    /// <summary>Mounts a folder over itself, unshared, so that mounts made below it reach no other mount namespace.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MakePrivate(string target)
    {
        Bind(target, target);
        Do("none", target, null, Private, null);
    }

    /// <summary>Mounts a writable view of a read-only folder: what is changed goes to <paramref name="upper"/>.</summary>
    /// <param name="lower">What is seen below.</param>
    /// <param name="upper">Takes the changes.</param>
    /// <param name="work">An empty folder on the filesystem of <paramref name="upper"/>.</param>
    /// <param name="target">The folder that shows the sum.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Overlay(string lower, string upper, string work, string target) =>
        Do("overlay", target, "overlay", NoDev, $"lowerdir={lower},upperdir={upper},workdir={work}");

    /// <summary>Unmounts at once, also when busy: who has it open keeps it until closed. Nothing mounted there is no error.</summary>
    /// <exception cref="LinuxException">The kernel refused, for another reason.</exception>
    public static void Unmount(string target)
    {
        if (!TryUnmount(target)) throw LinuxException.Last($"Unmounting {target}");
    }

    /// <summary>The folders and files below <paramref name="folder"/> (itself included) that something is mounted on, deepest first.</summary>
    public static IReadOnlyList<string> Below(string folder)
    {
        var found = new List<string>();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            // 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext3 /dev/root rw
            var target = line.Split(' ')[4].Replace("\\040", " ", StringComparison.Ordinal);
            if (target == folder || target.StartsWith(folder + "/", StringComparison.Ordinal)) found.Add(target);
        }

        found.Reverse();
        return found;
    }

    internal static bool TryUnmount(string target) =>
        LibC.umount2(target, Detach) == 0 || Marshal.GetLastPInvokeError() is LibC.EINVAL or LibC.ENOENT;

    private static void Do(string source, string target, string? type, nuint flags, string? data)
    {
        if (LibC.mount(source, target, type, flags, data) != 0) throw LinuxException.Last($"Mounting {source} on {target}");
    }
}
