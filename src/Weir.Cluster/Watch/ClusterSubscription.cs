using System.Collections.Immutable;
using System.Threading.Channels;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Watch;

/// <summary>One reader's view of the changes: what it has not read yet is joined into one, so that a slow reader skips and never queues.</summary>
internal sealed class ClusterSubscription : ChannelReader<ClusterChange>
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ImmutableHashSet<(ClusterPart, ObjectName)>.Builder _names = ImmutableHashSet.CreateBuilder<(ClusterPart, ObjectName)>();
    private ClusterState _given = ClusterState.Empty;
    private ClusterState? _next;

    /// <inheritdoc/>
    public override Task Completion => _signal.Reader.Completion;

    /// <summary>Joins a change to what is waiting.</summary>
    public void Offer(ClusterState state, IEnumerable<(ClusterPart, ObjectName)> names)
    {
        lock (_lock)
        {
            _next = state;
            _names.UnionWith(names);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>No more will come.</summary>
    public void Complete(Exception? fault) => _signal.Writer.TryComplete(fault);

    /// <inheritdoc/>
    public override bool TryRead(out ClusterChange item)
    {
        lock (_lock)
        {
            _signal.Reader.TryRead(out _);
            if (_next is null)
            {
                item = null!;
                return false;
            }

            item = new ClusterChange(_next, _given, _names.ToImmutable());
            _given = _next;
            _next = null;
            _names.Clear();
            return true;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        while (await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            lock (_lock)
            {
                if (_next is not null) return true;

                // The signal of a change that was read together with an earlier one.
                _signal.Reader.TryRead(out _);
            }
        }

        return false;
    }
}
