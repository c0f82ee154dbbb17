using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Cluster;

namespace Weir.Lab.Controllers;

/// <summary>What a controller has yet to look at: each item once, however often it changed; failures come back later.</summary>
internal sealed partial class WorkQueue<T>(string name, TimeProvider time, ILogger logger)
    where T : notnull
{
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestRetry = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();
    private readonly HashSet<T> _waiting = [];
    private readonly Dictionary<T, int> _failures = [];

    /// <summary>Adds an item, unless it is waiting already.</summary>
    public void Add(T item)
    {
        lock (_lock)
        {
            if (!_waiting.Add(item)) return;
        }

        _channel.Writer.TryWrite(item);
    }

    /// <summary>Adds an item once some time has passed.</summary>
    public void AddAfter(T item, TimeSpan delay)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                Add(item);
                timer?.Dispose();
            },
            null,
            delay,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Works off the queue, one item at a time, until it is cancelled.</summary>
    public async Task RunAsync(Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await foreach (var item in _channel.Reader.ReadAllAsync(cancellationToken))
        {
            // Before the work: a change that comes during it must bring the item back.
            lock (_lock) _waiting.Remove(item);
            try
            {
                await work(item, cancellationToken);
                _failures.Remove(item);
            }
            catch (Exception fault) when (fault is ApiRefusedException or HttpRequestException or IOException or JsonException
                or InvalidOperationException or FormatException)
            {
                var count = _failures[item] = _failures.GetValueOrDefault(item) + 1;
                var pause = _firstRetry * Math.Pow(2, Math.Min(count - 1, 20));
                if (pause > _longestRetry) pause = _longestRetry;

                // A conflict is the normal way in which two writers learn of each other.
                if (fault is not ApiRefusedException { IsConflict: true }) Log.Failed(logger, name, item.ToString(), pause, fault.Message);
                AddAfter(item, pause);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(8001, LogLevel.Warning, "The {Controller} controller failed on {Item}, next try in {Pause}. {Reason}")]
        public static partial void Failed(ILogger logger, string controller, string? item, TimeSpan pause, string reason);
    }
}
