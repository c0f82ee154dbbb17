using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Peers;

namespace Weir.Observe.Relay;

/// <summary>Keeps a pool's nodes what a peer service says they are.</summary>
public sealed class PeerFollower(PeerPool pool, RelayOptions options, TimeProvider time)
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(3);

    /// <summary>Follows the first peer service that answers, and another when it breaks off, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = options.FirstPause;
        for (var next = 0; options.PeerServices.Count > 0 && !cancellation.IsCancellationRequested; next++)
        {
            var service = options.PeerServices[next % options.PeerServices.Count];
            var told = 0;
            try
            {
                told = await FollowAsync(service, cancellation);
            }
            catch (RpcException e) when (!cancellation.IsCancellationRequested)
            {
                options.Report($"The peer service at {service} does not answer; the nodes that are known stay. {e.Status.Detail}");
            }

            // One that had told something was well until now; the others are not tried in a rush.
            pause = told > 0 ? options.FirstPause : pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
            await Task.Delay(next < options.PeerServices.Count - 1 ? TimeSpan.FromMilliseconds(100) : pause, time, cancellation);
        }
    }

    private async Task<int> FollowAsync(string service, CancellationToken cancellation)
    {
        var address = ServerAddress.Parse(service);
        var tls = options.Tls is { } material && address.UnixSocket is null ? new ClientTls(material, options.PeerServiceName, AllowInsecure: false, time) : null;
        using var channel = ObserverChannel.To(address, tls);
        using var call = new Peer.PeerClient(channel).Notify(new NotifyRequest(), cancellationToken: cancellation);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var began = time.GetTimestamp();
        var pruned = false;
        var told = 0;
        var next = call.ResponseStream.MoveNext(cancellation);
        while (true)
        {
            if (!pruned)
            {
                // The service begins with all nodes it knows; whom it has not named by then went while nobody listened.
                await Task.WhenAny(next, Task.Delay(_settle, time, cancellation));
                if (told > 0 && time.GetElapsedTime(began) >= _settle)
                {
                    foreach (var gone in pool.States.Where(s => !listed.Contains(s.Node.Name))) pool.Remove(gone.Node.Name);
                    pruned = true;
                }

                if (!next.IsCompleted) continue;
            }

            if (!await next) return told;
            Apply(call.ResponseStream.Current, listed);
            told++;
            next = call.ResponseStream.MoveNext(cancellation);
        }
    }

    private void Apply(ChangeNotification notification, HashSet<string> listed)
    {
        if (notification.Type == ChangeNotificationType.PeerDeleted)
        {
            listed.Remove(notification.Name);
            pool.Remove(notification.Name);
            return;
        }

        listed.Add(notification.Name);
        pool.Add(new PeerNode(notification.Name, notification.Address, notification.Tls?.ServerName));
    }
}
