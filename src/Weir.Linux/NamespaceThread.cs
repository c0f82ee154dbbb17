using System.Collections.Concurrent;

namespace Weir.Linux;

/// <summary>One long-lived thread that starts things inside network namespaces, one at a time, and then returns to its own.</summary>
/// <remarks>
/// Processes that ask for a signal at their parent's death (<see cref="ProcessLife"/>) get it when the *thread* that started
/// them ends: so they are started here and not on a pooled thread.
/// </remarks>
public sealed class NamespaceThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread in the caller's network namespace.</summary>
    /// <param name="name">Shown by debuggers.</param>
    public NamespaceThread(string name)
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> on the thread, inside <paramref name="inside"/> or, with null, in the thread's own namespace.</summary>
    public Task<T> RunAsync<T>(NetworkNamespace? inside, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(inside is null ? work() : Inside(inside, work));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Lets the thread end after the work that waits; children that asked for it get their signal then.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static T Inside<T>(NetworkNamespace inside, Func<T> work)
    {
        using var home = NetworkNamespace.Open("/proc/thread-self/ns/net");
        inside.Join();
        try
        {
            return work();
        }
        finally
        {
            home.Join();
        }
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable()) work();
    }
}
