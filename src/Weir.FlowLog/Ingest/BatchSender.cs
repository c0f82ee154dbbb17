using Grpc.Core;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Ingest;

/// <summary>Sends a node's spool to the hub, in order, and removes what the hub has made safe. A hub that is away is tried again.</summary>
/// <param name="spool">What is sent.</param>
/// <param name="client">The hub.</param>
/// <param name="time">The clock of the pauses between attempts.</param>
/// <param name="logger">Told when the hub goes away and comes back.</param>
public sealed partial class BatchSender(BatchSpool spool, Wire.Ingest.IngestClient client, TimeProvider time, ILogger<BatchSender> logger)
{
    /// <summary>Batches under way at most.</summary>
    private const int Window = 32;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);
    private TimeSpan _pause = _firstPause;
    private bool _isAway;
    private long _lostSaid;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await spool.NextAsync(default, cancellation);
            var reason = await SendAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (!_isAway) Log.Away(logger, reason);
            _isAway = true;
            SayLost();
            await Task.Delay(_pause, time, cancellation);
            _pause = _pause * 2 < _longestPause ? _pause * 2 : _longestPause;
        }
    }

    /// <summary>Sends over one stream until it breaks.</summary>
    /// <returns>Why it broke.</returns>
    private async Task<string> SendAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = client.Append(cancellationToken: stop.Token);
        using var window = new SemaphoreSlim(Window);
        var reading = ReadAsync(call.ResponseStream, window, stop.Token);
        var writing = WriteAsync(call.RequestStream, window, stop.Token);
        var first = await Task.WhenAny(reading, writing);
        var reason = await ReasonAsync(first);
        await stop.CancelAsync();
        await ReasonAsync(first == reading ? writing : reading);
        return reason;
    }

    private async Task<string> WriteAsync(IClientStreamWriter<Batch> stream, SemaphoreSlim window, CancellationToken cancellation)
    {
        HighWater sent = default;
        while (true)
        {
            await window.WaitAsync(cancellation);
            Batch? batch = null;
            while (batch is null)
            {
                var next = await spool.NextAsync(sent, cancellation);
                sent = next.Mark;
                batch = spool.Read(next);
            }

            await stream.WriteAsync(batch, cancellation);
        }
    }

    private async Task<string> ReadAsync(IAsyncStreamReader<Receipt> stream, SemaphoreSlim window, CancellationToken cancellation)
    {
        while (await stream.MoveNext(cancellation))
        {
            var receipt = stream.Current;
            if (receipt.Refused.Length > 0 && !receipt.Lasting) return receipt.Refused;
            var mark = new HighWater(receipt.Epoch, receipt.Sequence);
            if (receipt.Refused.Length == 0)
            {
                spool.Remove(mark);
            }
            else
            {
                Log.Refused(logger, receipt.Refused);
                spool.GiveUp(mark);
            }

            if (_isAway) Log.Back(logger, spool.Count);
            (_isAway, _pause) = (false, _firstPause);
            SayLost();
            window.Release();
        }

        return "The hub ended the stream.";
    }

    private static async Task<string> ReasonAsync(Task<string> part)
    {
        try
        {
            return await part;
        }
        catch (RpcException e)
        {
            return e.Status.Detail;
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            return e.Message; // the stream was over before this part noticed
        }
    }

    private void SayLost()
    {
        var lost = spool.LostFlows;
        if (lost == _lostSaid) return;
        Log.Lost(logger, lost - _lostSaid, lost);
        _lostSaid = lost;
    }

    private static partial class Log
    {
        [LoggerMessage(7020, LogLevel.Warning, "The hub does not take flows; they are kept on this node's disk meanwhile. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(7021, LogLevel.Information, "The hub takes flows again; {Waiting} batches still wait.")]
        public static partial void Back(ILogger logger, int waiting);

        [LoggerMessage(7022, LogLevel.Error, "The hub will never take a batch, which is given up. {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(7023, LogLevel.Warning, "The spool has no room: {Count} more flows are lost, {Total} since the start. The events.log of this node may still have them.")]
        public static partial void Lost(ILogger logger, long count, long total);
    }
}
