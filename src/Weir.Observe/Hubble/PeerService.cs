using Grpc.Core;
using Weir.Observe.Wire.Peers;

namespace Weir.Observe.Hubble;

/// <summary>Tells relays which nodes there are, and goes on with what changes.</summary>
public sealed class PeerService(PeerList peers) : Peer.PeerBase
{
    /// <inheritdoc/>
    public override async Task Notify(NotifyRequest request, IServerStreamWriter<ChangeNotification> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyDictionary<string, PeerNode> told = new Dictionary<string, PeerNode>();
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var (now, change) = peers.Look();
            foreach (var notification in PeerList.Changes(told, now)) await responseStream.WriteAsync(notification, context.CancellationToken);
            told = now;
            await change.WaitAsync(context.CancellationToken);
        }
    }
}
