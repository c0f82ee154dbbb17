using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>The part of an answer that a history has to tell, with the nodes' rings joining in as it comes to their times.</summary>
/// <remarks>
/// Of each node a flow is the history's before the oldest one in the node's ring, and the ring's from then on: so each comes once, and
/// one that only the ring has is told too. A ring is not read before the history has come to its oldest flow, since nobody would take
/// what it says; by then it is asked again how old that is, for it goes on meanwhile. Keeps a line a node, and no flows.
/// </remarks>
/// <param name="history">What is older.</param>
/// <param name="rings">The nodes' part.</param>
/// <param name="pool">The nodes.</param>
/// <param name="options">How the relay works.</param>
/// <param name="time">The clock.</param>
internal sealed class OlderFlows(IFlowHistory history, RelayFlows rings, PeerPool pool, RelayOptions options, TimeProvider time)
{
    private const int LongestName = 512;

    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private readonly List<Source> _waiting = [];
    private long _nextStart = RingStarts.Never;

    /// <summary>Sends it. Whatever nodes were not asked then, <see cref="RelayFlows.SendAsync"/> asks for the rest.</summary>
    /// <exception cref="RpcException">InvalidArgument: the history finds that the request makes no sense.</exception>
    public async Task SendAsync(GetFlowsRequest request, FlowQuery query, CancellationToken cancellation)
    {
        // The last N, and what is followed, is in the rings; times and the first N may not be.
        if (!query.Window.HasStart && !query.Window.HasEnd && !request.First) return;
        await FindRingsAsync(cancellation);
        var isWhole = _waiting.Count > 0 && _waiting.Count == pool.States.Count && _waiting.TrueForAll(s => s.Start <= query.Window.Since);
        if (query.Window.HasStart && isWhole) return;
        if (request is { First: true, Number: > 0 }) rings.EndAfter(request.Number);
        var older = request.Clone();
        older.Follow = false;
        older.Until ??= Timestamp.FromDateTimeOffset(time.GetUtcNow());
        try
        {
            await foreach (var frame in history.ReadAsync(older, cancellation).WithCancellation(cancellation))
            {
                await PassAsync(frame, cancellation);
                if (rings.IsFull) return;
            }
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.InvalidArgument && !cancellation.IsCancellationRequested)
        {
            options.Report($"The history of {history.Name} does not answer: {e.Status.Detail}");
            await rings.TellAsync(NodeState.NodeError, [history.Name], $"older flows are missing: {e.Status.Detail}", cancellation);
        }

        LeaveToRings();
    }

    private async Task PassAsync(FlowFrame frame, CancellationToken cancellation)
    {
        var seen = frame.TimeNanoseconds;
        if (seen >= _nextStart) await AskDueAsync(seen, cancellation);
        var source = SourceOf(frame.NodeName());
        if (source.IsAsked && seen >= source.Start)
        {
            frame.Release();
            return;
        }

        source.Told = seen;
        await rings.SendBeforeAsync(seen, cancellation);
        if (!rings.IsFull) await rings.WriteAsync(frame, cancellation);
    }

    private async Task FindRingsAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(pool.Connected().Select(async p => (p.Node, p.Calls, Ring: await RingStarts.AskAsync(p.Node, p.Calls, options.LongestAnswer, time, cancellation))));
        foreach (var (node, calls, ring) in found)
        {
            var source = new Source { Node = node, Calls = calls, Start = ring.Start };
            _sources[ring.Name] = source;
            _waiting.Add(source);
        }

        _nextStart = _waiting.Select(s => s.Start).DefaultIfEmpty(RingStarts.Never).Min();
    }

    private async Task AskDueAsync(long seen, CancellationToken cancellation)
    {
        foreach (var source in _waiting.Where(s => s.Start <= seen).ToList())
        {
            (_, source.Start) = await RingStarts.AskAsync(source.Node!, source.Calls!, options.LongestAnswer, time, cancellation);
            if (source.Start > seen) continue;
            source.IsAsked = true;
            _waiting.Remove(source);

            // A ring that was empty, or out of order, may begin before what the history told of its node meanwhile.
            if (source.Told is { } told) source.Start = Math.Max(source.Start, told + RingStarts.StoredNanoseconds);
            await rings.AskAsync(source.Node!, source.Calls!, source.Start, cancellation);
        }

        _nextStart = _waiting.Select(s => s.Start).DefaultIfEmpty(RingStarts.Never).Min();
    }

    // Nodes that were not asked yet, and those that were away and come back, tell what the history has not told.
    private void LeaveToRings()
    {
        foreach (var (name, source) in _sources)
            if (!source.IsAsked && source.Told is { } told) rings.AskLater(source.Node?.Name ?? name, told + RingStarts.StoredNanoseconds);
    }

    private Source SourceOf(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[LongestName];
        var known = _sources.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!Encoding.UTF8.TryGetChars(name, text, out var length)) return new Source();
        if (!known.TryGetValue(text[..length], out var source)) known[text[..length]] = source = new Source();
        return source;
    }

    /// <summary>One node's part in an answer.</summary>
    private sealed class Source
    {
        /// <summary>The node; null for one that only the history knows.</summary>
        public PeerNode? Node { get; init; }

        /// <summary>The way to it.</summary>
        public CallInvoker? Calls { get; init; }

        /// <summary>From when on its ring tells, in nanoseconds since 1970.</summary>
        public long Start { get; set; } = RingStarts.Never;

        /// <summary>The time of the last flow that the history told.</summary>
        public long? Told { get; set; }

        /// <summary>Whether its ring has joined in.</summary>
        public bool IsAsked { get; set; }
    }
}
