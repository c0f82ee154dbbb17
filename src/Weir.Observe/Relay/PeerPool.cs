using Grpc.Core;
using Grpc.Net.Client;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>The relay's connections to the nodes: one each, kept alive, tried again with growing pauses.</summary>
public sealed class PeerPool : IAsyncDisposable
{
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Link> _links = new(StringComparer.Ordinal);
    private TaskCompletionSource _change = NewChange();

    /// <summary>Makes a pool without nodes.</summary>
    public PeerPool(RelayOptions options, TimeProvider time) => (_options, _time) = (options, time);

    /// <summary>Every node and how it is, by name.</summary>
    public IReadOnlyList<PeerState> States
    {
        get
        {
            lock (_gate) return [.. _links.Values.Select(l => l.State).OrderBy(s => s.Node.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Completes when a node comes, goes, answers, or no longer does.</summary>
    public Task Change
    {
        get
        {
            lock (_gate) return _change.Task;
        }
    }

    /// <summary>Takes in a node, or its new address.</summary>
    public void Add(PeerNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        lock (_gate)
        {
            if (_links.TryGetValue(node.Name, out var known))
            {
                if (known.State.Node == node) return;
                known.Dispose();
            }

            var link = new Link(node, Connect(node));
            _links[node.Name] = link;
            link.Watch = WatchAsync(link);
        }

        Changed();
    }

    /// <summary>Forgets a node.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (!_links.Remove(name, out var link)) return;
            link.Dispose();
        }

        Changed();
    }

    /// <summary>The way to each node that answers.</summary>
    internal IReadOnlyList<(PeerNode Node, CallInvoker Calls)> Connected()
    {
        lock (_gate)
            return [.. _links.Values.Where(l => l.State.State == NodeState.NodeConnected).OrderBy(l => l.State.Node.Name, StringComparer.Ordinal).Select(l => (l.State.Node, l.Calls))];
    }

    /// <summary>Notes that a stream of a node broke, so that it is looked after at once.</summary>
    internal void Broke(string name)
    {
        lock (_gate)
        {
            if (_links.TryGetValue(name, out var link)) link.Nudge();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Link> links;
        lock (_gate)
        {
            links = [.. _links.Values];
            _links.Clear();
        }

        foreach (var link in links) link.Dispose();
        foreach (var link in links) await link.Watch;
    }

    private GrpcChannel Connect(PeerNode node)
    {
        var tls = node.TlsServerName is not null && _options.Tls is { } material ? new ClientTls(material, node.TlsServerName, AllowInsecure: false, _time) : null;
        return ObserverChannel.To(ServerAddress.Parse(node.Address), tls);
    }

    // Asks the node how it is, again and again: that keeps the connection, and finds out when it is no more.
    private async Task WatchAsync(Link link)
    {
        var pause = _options.FirstPause;
        while (!link.Stop.IsCancellationRequested)
        {
            try
            {
                await new Observer.ObserverClient(link.Calls).ServerStatusAsync(
                    new ServerStatusRequest(), deadline: _time.GetUtcNow().UtcDateTime + _options.LongestAnswer, cancellationToken: link.Stop);
                pause = _options.FirstPause;
                Set(link, NodeState.NodeConnected, "");
            }
            catch (RpcException e) when (!link.Stop.IsCancellationRequested)
            {
                Set(link, NodeState.NodeUnavailable, e.Status.Detail);
                pause = pause * 2 < _options.LongestPause ? pause * 2 : _options.LongestPause;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            await link.RestAsync(pause == _options.FirstPause ? pause * 5 : pause, _time);
        }
    }

    private void Set(Link link, NodeState state, string reason)
    {
        lock (_gate)
        {
            if (link.State.State == state) return;
            link.State = link.State with { State = state, Reason = reason };
        }

        _options.Report(state == NodeState.NodeConnected
            ? $"Node {link.State.Node.Name} at {link.State.Node.Address} is connected."
            : $"Node {link.State.Node.Name} at {link.State.Node.Address} does not answer and is tried again: {reason}");
        Changed();
    }

    private void Changed()
    {
        TaskCompletionSource change;
        lock (_gate) (change, _change) = (_change, NewChange());
        change.TrySetResult();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Link(PeerNode node, GrpcChannel channel) : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _nudge = new(0);

        public CancellationToken Stop => _stop.Token;

        public CallInvoker Calls { get; } = channel.CreateCallInvoker();

        public PeerState State { get; set; } = new(node, NodeState.UnknownNodeState, "");

        public Task Watch { get; set; } = Task.CompletedTask;

        public void Nudge() => _nudge.Release();

        public async Task RestAsync(TimeSpan pause, TimeProvider time)
        {
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            while (_nudge.Wait(TimeSpan.Zero))
            {
                // Many streams of a node break at once; one look is enough.
            }

            var slept = Task.Delay(pause, time, rest.Token);
            await Task.WhenAny(slept, _nudge.WaitAsync(rest.Token));
            await rest.CancelAsync();
        }

        public void Dispose()
        {
            _stop.Cancel();
            channel.Dispose();
        }
    }
}
