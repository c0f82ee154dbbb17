using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Protocols.Dns;

namespace Weir.EndToEnd;

/// <summary>Asks a name server, the cluster's or another, for one name again and again, from inside a pod, at a steady rate and without trying twice.</summary>
/// <remarks>
/// On a busy machine this process itself may not run for a second. Asking everything that is late at once would overflow the name server's socket, which
/// holds 277 such datagrams by default, so no more than <see cref="MostOpen"/> questions are ever in flight: then no lookup that is lost was lost for want of room.
/// </remarks>
internal sealed class PodLookups : IDisposable
{
    private const int MostOpen = 128;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly ConcurrentDictionary<ushort, long> _open = new();
    private readonly ConcurrentQueue<long> _answers = new();
    private readonly Thread _asking, _hearing;
    private readonly ManualResetEventSlim _stopping = new();
    private int _sent, _answered, _refused;

    public PodLookups(NetworkNamespace pod, string name, int perSecond, string server = "10.0.0.10")
    {
        _socket = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 200, ReceiveBufferSize = 1 << 20 });
        _socket.Connect(IPAddress.Parse(server), 53);
        _asking = new Thread(() => Ask(name, perSecond)) { IsBackground = true };
        _hearing = new Thread(Hear) { IsBackground = true };
        _hearing.Start();
        _asking.Start();
    }

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Answers of any kind.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Answers that say no.</summary>
    public int Refused => Volatile.Read(ref _refused);

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
        foreach (var answer in _answers.Where(a => a >= timestamp))
        {
            longest = longest > Stopwatch.GetElapsedTime(before, answer) ? longest : Stopwatch.GetElapsedTime(before, answer);
            before = answer;
        }

        return longest;
    }

    /// <summary>When those that were not answered were asked, in milliseconds after a moment.</summary>
    public IEnumerable<long> UnansweredSince(long timestamp) => _open.Values.Order().Select(asked => (asked - timestamp) * 1000 / Stopwatch.Frequency);

    /// <summary>Asks no more and waits for what is still open.</summary>
    public async Task StopAsync()
    {
        _stopping.Set();
        var since = Stopwatch.GetTimestamp();
        while (!_open.IsEmpty && Stopwatch.GetElapsedTime(since) < _patience) await Task.Delay(20);
    }

    public void Dispose()
    {
        _stopping.Set();
        _asking.Join();
        _socket.Dispose();
        _hearing.Join();
        _stopping.Dispose();
    }

    private void Ask(string name, int perSecond)
    {
        var query = new byte[300];
        var began = Stopwatch.GetTimestamp();
        while (!_stopping.Wait(1))
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond); _sent < due && InFlight() < MostOpen;)
            {
                var id = (ushort)_sent;
                var writer = new DnsWriter(query, id, DnsHeader.RecursionDesired);
                writer.Question(name, DnsType.A);
                _open[id] = Stopwatch.GetTimestamp();
                Interlocked.Increment(ref _sent);
                try
                {
                    _socket.Send(query.AsSpan(0, writer.Finish()));
                }
                catch (SocketException)
                {
                    continue; // counts as one that was not answered
                }
            }
        }
    }

    /// <summary>What half a second did not answer is lost, and stands in nobody's way.</summary>
    private int InFlight()
    {
        var since = Stopwatch.GetTimestamp() - (Stopwatch.Frequency / 2);
        return _open.Count < MostOpen ? _open.Count : _open.Values.Count(asked => asked > since);
    }

    private void Hear()
    {
        var buffer = new byte[1500];
        while (true)
        {
            try
            {
                var got = _socket.Receive(buffer);
                if (DnsHeader.Read(buffer.AsSpan(0, got), out var header) != DnsFault.None || !_open.TryRemove(header.Id, out _)) continue;
                _answers.Enqueue(Stopwatch.GetTimestamp());
                if (header.Code != DnsResponseCode.NoError) Interlocked.Increment(ref _refused);
                Interlocked.Increment(ref _answered);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionRefused)
            {
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
