using Weir.FlowLog.Ingest;
using Weir.FlowLog.Selection;
using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>The node's flow log: the chosen flows, as lines. One thread offers; any thread may change the selection.</summary>
/// <param name="file">Where the lines go.</param>
/// <param name="node">The node's name.</param>
/// <param name="time">The clock of what is noticed, not of what is logged.</param>
/// <param name="hub">Where the chosen flows go besides; null where there is no hub.</param>
public sealed class NodeLog(LogFile file, string node, TimeProvider time, FlowBatcher? hub = null) : IDisposable
{
    private readonly ExportWriter _writer = new();
    private volatile LogSelection _selection = LogSelection.Nothing;
    private long _lost, _lostEver;

    /// <summary>What is logged. Taken up with the next flow.</summary>
    public LogSelection Selection
    {
        get => _selection;
        set => _selection = value;
    }

    /// <summary>How many flows were chosen.</summary>
    public long Chosen { get; private set; }

    /// <summary>How many flows came too fast to be looked at, or were not taken by the disk.</summary>
    public long Lost => Volatile.Read(ref _lostEver);

    /// <summary>Logs a flow if it is chosen.</summary>
    public void Offer(in Flow flow)
    {
        if (!_selection.Matches(flow)) return;
        SayLost();
        file.Append(_writer.Write(flow).Span, 1);
        hub?.Add(flow);
        Chosen++;
    }

    /// <summary>Counts flows that came too fast to be looked at; the log itself says so with its next line.</summary>
    public void Lose(long count)
    {
        if (_selection.IsEmpty) return;
        _lost += count;
        _lostEver += count;
    }

    /// <summary>Writes what is gathered; call it when there is nothing more to offer for now.</summary>
    public void Flush()
    {
        SayLost();
        file.Flush();
        if (file.Unwritten.Flows == 0) return;

        // A full disk: what it did not take is said when it takes lines again.
        _lost += file.Unwritten.Flows;
        _lostEver += file.Unwritten.Flows;
        file.ForgetUnwritten();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        hub?.Flush();
        _writer.Dispose();
        file.Dispose();
    }

    private void SayLost()
    {
        if (_lost == 0) return;
        file.Append(_writer.WriteLost(_lost, node, (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100).Span, _lost);
        _lost = 0;
    }
}
