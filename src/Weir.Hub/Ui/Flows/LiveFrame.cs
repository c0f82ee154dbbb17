using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Hub.Ui.Flows;

/// <summary>What is gathered for the next frame of a live view: rows up to a bound, and counts of all else.</summary>
/// <remarks>One thread adds, another takes; neither waits for the other's reader.</remarks>
internal sealed class LiveFrame : IDisposable
{
    /// <summary>Rows of a frame at most.</summary>
    public const int MostRows = 200;

    // Kept for what somebody who watches must not miss while a flood passes.
    private const int RowsForTrouble = 50;
    private static readonly Dictionary<string, (NodeState State, string Message)> _none = [];
    private readonly Lock _gate = new();
    private RowBuffer _filling = new();
    private RowBuffer _spare = new();
    private int _rows;
    private int _frames;
    private long _skipped;
    private long _lost;
    private Dictionary<string, (NodeState State, string Message)> _nodes = new(StringComparer.Ordinal);

    /// <summary>Makes an empty one.</summary>
    public LiveFrame() => Start(_filling);

    /// <summary>Whether anything came since the last frame was taken.</summary>
    public bool HasNews
    {
        get
        {
            lock (_gate) return _rows > 0 || _skipped > 0 || _lost > 0 || _nodes.Count > 0;
        }
    }

    /// <summary>Adds a flow, or counts it where there is no room.</summary>
    public void Add(in FlowView flow)
    {
        lock (_gate)
        {
            var isTrouble = flow.Verdict is 2 or 3;
            if (_rows >= (isTrouble ? MostRows : MostRows - RowsForTrouble))
            {
                _skipped++;
                return;
            }

            FlowRowWriter.Write(_filling.Json, flow);
            _rows++;
        }
    }

    /// <summary>Adds what a node says that is no flow: that it lost some, or how a node is.</summary>
    public void AddNews(FlowFrame frame)
    {
        var response = GetFlowsResponse.Parser.ParseFrom(frame.Bytes.Span);
        lock (_gate)
        {
            if (response.LostEvents is { } lost) _lost += (long)lost.NumEventsLost;
            if (response.NodeStatus is not { } status) return;
            foreach (var name in status.NodeNames) _nodes[name] = (status.StateChange, status.Message);
        }
    }

    /// <summary>Ends the frame and begins the next.</summary>
    /// <param name="coverage">The share of all flows that was seen, from 0 to 1.</param>
    /// <returns>The frame as a line of JSON; valid until the next call.</returns>
    public ReadOnlyMemory<byte> Take(double coverage)
    {
        RowBuffer full;
        long skipped, lost;
        Dictionary<string, (NodeState State, string Message)> nodes;
        lock (_gate)
        {
            (full, _filling, _spare) = (_filling, _spare, _filling);
            (skipped, _skipped, lost, _lost, _rows) = (_skipped, 0, _lost, 0, 0);
            nodes = _nodes.Count == 0 ? _none : _nodes;
            if (nodes != _none) _nodes = new(StringComparer.Ordinal);
            Start(_filling);
        }

        var json = full.Json;
        json.WriteEndArray();
        json.WriteNumber("frame"u8, ++_frames);
        json.WriteNumber("skipped"u8, skipped);
        json.WriteNumber("lost"u8, lost);
        json.WriteStartArray("nodes"u8);
        foreach (var (name, (state, message)) in nodes)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("state"u8, state == NodeState.NodeConnected ? "connected"u8 : "unavailable"u8);
            if (message.Length > 0) json.WriteString("message"u8, message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("coverage"u8, Math.Round(coverage, 5));
        json.WriteEndObject();
        return full.Line();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _filling.Dispose();
        _spare.Dispose();
    }

    private static void Start(RowBuffer buffer)
    {
        buffer.Clear();
        buffer.Json.WriteStartObject();
        buffer.Json.WriteStartArray("flows"u8);
    }
}
