using System.Runtime.InteropServices;

namespace Weir.Kernel.Network;

/// <summary>A network namespace of the test's own, removed with it. Its name holds the process id.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private static int s_made;

    public NetworkNamespace(string role)
    {
        Name = $"weirtest{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}{role}";
        Command.Run("ip", $"netns add {Name}");
        Ip("link set lo up");

        // A link-local address that waits to be found unique cannot ask for neighbours yet, for a second or two.
        Run(() => File.WriteAllText("/proc/sys/net/ipv6/conf/default/accept_dad", "0"));
    }

    public string Name { get; }

    /// <summary>Runs lines of ip(8) inside.</summary>
    public void Ip(string lines) => Command.Run("ip", $"-n {Name} -batch -", lines);

    /// <summary>Runs a function on a thread inside; sockets that it makes stay inside.</summary>
    public T Run<T>(Func<T> function)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = function();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException($"In {Name}: {failure.Message}", failure);
    }

    /// <summary>Runs an action on a thread inside.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });

    /// <summary>Moves the calling thread inside, for good.</summary>
    public void Enter()
    {
        const int CloneNewNet = 0x40000000;
        using var file = File.OpenHandle($"/run/netns/{Name}");
        if (SetNs((int)file.DangerousGetHandle(), CloneNewNet) != 0)
            throw new InvalidOperationException($"setns: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <inheritdoc/>
    public void Dispose() => Command.Run("ip", $"netns del {Name}");

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int fd, int type);
}
