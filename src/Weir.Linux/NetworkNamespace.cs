using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace Weir.Linux;

/// <summary>A network namespace that a file keeps alive: the file is a bind mount of the namespace.</summary>
/// <remarks>A thread that enters a namespace does only that work and ends, so that no pooled thread is ever left in a wrong one.</remarks>
public sealed class NetworkNamespace : IDisposable
{
    private readonly SafeFileHandle _handle;

    private NetworkNamespace(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>The file that the namespace is mounted on.</summary>
    public string Path { get; }

    internal int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Makes an empty namespace with loopback up, and mounts it on <paramref name="path"/>, whose folder exists.</summary>
    /// <exception cref="LinuxException">No privilege, or the file is one already.</exception>
    public static NetworkNamespace Create(string path)
    {
        using (File.Open(path, FileMode.CreateNew))
        {
        }

        try
        {
            OnOwnThread(() =>
            {
                if (LibC.unshare(LibC.CLONE_NEWNET) != 0) throw LinuxException.Last("Making a network namespace");
                Mounts.Bind("/proc/thread-self/ns/net", path);
                using var links = Netlink.RouteNetlink.Open();
                links.SetUp(links.IndexOf("lo"));
                return true;
            });
        }
        catch
        {
            Delete(path);
            throw;
        }

        return Open(path);
    }

    /// <summary>Opens the namespace that <paramref name="path"/> stands for, such as <c>/proc/PID/ns/net</c>.</summary>
    /// <exception cref="LinuxException">There is no such file, or it may not be read.</exception>
    public static NetworkNamespace Open(string path)
    {
        var fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) throw LinuxException.Last($"Opening the network namespace {path}");
        return new NetworkNamespace(path, new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Unmounts and removes the file. The namespace itself goes with its last process, socket or mount. No file is no error.</summary>
    public static void Delete(string path)
    {
        if (!File.Exists(path)) return;
        Mounts.TryUnmount(path);
        File.Delete(path);
    }

    /// <summary>Runs <paramref name="work"/> inside, on a thread of its own, and waits for it. Its exception comes through as it is.</summary>
    /// <remarks>What it opens (sockets, /proc/sys/net files) belongs to the namespace; what it starts (a process) is born inside.</remarks>
    public T Run<T>(Func<T> work) => OnOwnThread(() =>
    {
        Join();
        return work();
    });

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Opens a socket that lives inside, whoever uses it.</summary>
    public Socket OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol) =>
        Run(() => new Socket(family, type, protocol));

    /// <summary>Sets a value under <c>/proc/sys/net</c> of this namespace.</summary>
    /// <param name="name">With slashes, relative to /proc/sys/net: <c>ipv4/ip_forward</c>.</param>
    /// <param name="value">As the kernel reads it.</param>
    public void SetSysctl(string name, string value) => Run(() => File.WriteAllText("/proc/sys/net/" + name, value));

    /// <summary>Reads a value under <c>/proc/sys/net</c> of this namespace, without the line's end.</summary>
    public string GetSysctl(string name) => Run(() => File.ReadAllText("/proc/sys/net/" + name).TrimEnd());

    /// <summary>Closes the descriptor; the file keeps the namespace.</summary>
    public void Dispose() => _handle.Dispose();

    internal void Join()
    {
        if (LibC.setns(Descriptor, LibC.CLONE_NEWNET) != 0) throw LinuxException.Last($"Entering the network namespace {Path}");
    }

    private static T OnOwnThread<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, maxStackSize: 256 * 1024)
        { IsBackground = true, Name = "netns" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
