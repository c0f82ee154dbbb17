using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.EndToEnd;

/// <summary>Asks a web server for one page again and again, from inside a pod, over connections that stay open, at a steady rate and without trying twice.</summary>
internal sealed class PodRequests : IAsyncDisposable
{
    private const int Workers = 16;

    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<long> _answers = new();
    private readonly ConcurrentDictionary<string, int> _others = new();
    private readonly Task[] _asking;
    private int _connections, _answered;

    public PodRequests(NetworkNamespace pod, Uri page, int perSecond, HttpStatusCode expected)
    {
        _handler = Handler(pod, () => Interlocked.Increment(ref _connections));
        _client = new HttpMessageInvoker(_handler);
        var interval = TimeSpan.FromSeconds((double)Workers / perSecond);
        _asking = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(() => AskAsync(page, interval, expected)))];
    }

    /// <summary>Requests that were answered as expected.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Every other end of a request, and how often.</summary>
    public IReadOnlyDictionary<string, int> Others => _others;

    /// <summary>Connections opened: as many as there are workers, and more if one broke.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public static int MostConnections => Workers;

    /// <summary>Opens connections inside a pod; keeps each for as long as it holds.</summary>
    public static SocketsHttpHandler Handler(NetworkNamespace pod, Action connected) => new()
    {
        UseProxy = false,
        MaxConnectionsPerServer = Workers,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                connected();
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>Waits until so many were answered; a minute at most.</summary>
    public async Task WhenAnsweredAsync(int count, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(TimeSpan.FromMinutes(1));
        while (Answered < count) await Task.Delay(20, bound.Token);
    }

    /// <summary>The longest time without an answer since a moment.</summary>
    public TimeSpan LongestSilenceSince(long timestamp)
    {
        var (before, longest) = (timestamp, TimeSpan.Zero);
        foreach (var answer in _answers.Where(a => a >= timestamp).Order())
        {
            longest = longest > Stopwatch.GetElapsedTime(before, answer) ? longest : Stopwatch.GetElapsedTime(before, answer);
            before = answer;
        }

        return longest;
    }

    /// <summary>Asks no more and waits for what is still open.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _handler.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(Uri page, TimeSpan interval, HttpStatusCode expected)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var end = await OneAsync(page);
                if (end == $"{expected}")
                {
                    _answers.Enqueue(Stopwatch.GetTimestamp());
                    Interlocked.Increment(ref _answered);
                }
                else
                {
                    _others.AddOrUpdate(end, 1, (_, count) => count + 1);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private async Task<string> OneAsync(Uri page)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            using var answer = await _client.SendAsync(request, patience.Token);
            _ = await answer.Content.ReadAsByteArrayAsync(patience.Token);
            return $"{answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
