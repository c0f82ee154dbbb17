using System.Net;
using System.Net.Sockets;
using Weir.Model;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Policies;

/// <summary>A TCP connection that the datapath redirected, accepted in the name of its destination.</summary>
/// <param name="Pod">The accepted socket; who serves the connection owns it.</param>
/// <param name="Client">Who opened it.</param>
/// <param name="Destination">Where it wanted to go, after service translation.</param>
/// <param name="Sides">
/// The sides that are endpoints of this node: egress of the client, ingress of the destination. What is said has to be allowed by each.
/// </param>
internal sealed record RedirectedConnection(Socket Pod, IPEndPoint Client, IPEndPoint Destination, IReadOnlyList<ExchangeEnds> Sides)
{
    /// <summary>Finds the sides of a connection; none where neither end is known, and then nothing may pass.</summary>
    public static IReadOnlyList<ExchangeEnds> SidesOf(PolicyView policy, IpProtocol protocol, IPEndPoint client, IPEndPoint destination)
    {
        var (from, to) = (AddressOf(client), AddressOf(destination));
        var sides = new List<ExchangeEnds>(2);
        if (policy.Find(from) is { } source)
            sides.Add(new ExchangeEnds(source.Told.Id, TrafficDirection.Egress, protocol, from, (ushort)client.Port, to, (ushort)destination.Port, policy.IdentityOf(to).Value));
        if (policy.Find(to) is { } target)
            sides.Add(new ExchangeEnds(target.Told.Id, TrafficDirection.Ingress, protocol, from, (ushort)client.Port, to, (ushort)destination.Port, policy.IdentityOf(from).Value));
        return sides;
    }

    /// <summary>An address as the tables have it.</summary>
    public static IpAddress AddressOf(IPEndPoint end)
    {
        Span<byte> bytes = stackalloc byte[16];
        end.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return IpAddress.FromBytes(bytes);
    }
}

/// <summary>Serves one connection to its end; who serves it closes it.</summary>
internal delegate Task ServeConnection(RedirectedConnection connection, CancellationToken cancellation);
