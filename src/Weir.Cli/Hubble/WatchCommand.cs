using System.CommandLine;
using Google.Protobuf.Reflection;
using Weir.Observe.Wire.Peers;

namespace Weir.Cli.Hubble;

/// <summary><c>weir watch peers</c>: which nodes there are, as a node's peer service tells.</summary>
internal static class WatchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var peers = ServerCommand.Make("peers", "Follow the nodes that a peer service tells of", [], async (server, channel, parsed, _, cancellation) =>
        {
            using var call = new Peer.PeerClient(channel).Notify(new NotifyRequest(), server.Headers, cancellationToken: cancellation);
            while (await call.ResponseStream.MoveNext(cancellation))
            {
                var told = call.ResponseStream.Current;
                var type = PeerReflection.Descriptor.FindTypeByName<EnumDescriptor>("ChangeNotificationType").FindValueByNumber((int)told.Type)?.Name ?? told.Type.ToString();
                parsed.InvocationConfiguration.Output.Write($"{type,-12} {told.Address} {told.Name}{(told.Tls is { } tls ? $" (TLS.ServerName: {tls.ServerName})" : "")}\n");
            }

            return 0;
        });
        peers.Aliases.Add("peer");
        return new Command("watch", "Follow what changes") { peers };
    }
}
