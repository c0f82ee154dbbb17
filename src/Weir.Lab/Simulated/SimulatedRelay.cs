using System.Collections.Concurrent;
using System.Net.Sockets;
using Weir.Model;
using Weir.Protocols.Ip;
using Weir.Proxy;
using Weir.Workloads.Network;

namespace Weir.Lab.Simulated;

/// <summary>What <c>weir proxy</c> is to a real node: makes redirected connections again, from the pod's own address to where they wanted to go.</summary>
internal sealed class SimulatedRelay(SimulatedHost host)
{
    private const ushort FirstPort = 61_000;
    private const int Ports = 4_536;
    private const int Half = Ports / 2;

    private readonly ConcurrentDictionary<SocketPair, SocketPair> _answers = new(); // upstream pair → the pod's
    private readonly ConcurrentDictionary<SocketPair, SocketPair> _upstreams = new(); // the pod's → upstream
    private readonly ConcurrentDictionary<(IpAddress Pod, IpAddress Server, ushort Port), SocketPair> _lookups = new(); // of DNS: its upstream pair
    private int _next;

    /// <summary>What judges the traffic; null passes everything on, for networks without agents.</summary>
    public ProxyFront? Front { get; set; }

    /// <summary>Relays until the host is closed.</summary>
    public async Task RunAsync()
    {
        host.OnDatagram = TakeDatagram;
        using var listener = host.ListenTcp(1);
        try
        {
            while (true) _ = RelayAsync(await listener.AcceptAsync(CancellationToken.None));
        }
        catch (SocketException)
        {
            // The host was closed.
        }
    }

    private async Task RelayAsync(AcceptedConnection accepted)
    {
        await using var pod = accepted.Stream;
        try
        {
            var source = SocketPair.AddressOf(accepted.Remote.Address);
            var destination = SocketPair.AddressOf(accepted.Local.Address);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), host.Time);
            if (Front is { } front)
            {
                // What is in no language that is spoken here ends at once, as the pod sees.
                if (front.LanguageOf(accepted.Remote, accepted.Local) == "dns")
                    await front.ServeDnsAsync(pod, accepted.Remote, accepted.Local, async stop => await ConnectAsync(stop), CancellationToken.None);
                return;
            }

            await using var upstream = await ConnectAsync(limit.Token);

            // When one side ends the other is closed too: programs here never half-close.
            await Task.WhenAny(pod.CopyToAsync(upstream), upstream.CopyToAsync(pod));

            Task<Stream> ConnectAsync(CancellationToken stop) =>
                host.ConnectTcpAsync(source, destination, (ushort)accepted.Local.Port, () => NextPort(accepted.Remote.Port), stop);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The pod sees its connection end, as it would see the destination's refusal.
        }
    }

    private void TakeDatagram(PacketHeader header, byte[] payload)
    {
        var local = new IpAddress(header.DestinationHigh, header.DestinationLow);
        var remote = new IpAddress(header.SourceHigh, header.SourceLow);
        var seen = new SocketPair(local, header.DestinationPort, remote, header.SourcePort);
        if (Front is { } front)
        {
            Judge(front, seen, payload);
            return;
        }

        if (_answers.TryGetValue(seen, out var pods))
        {
            host.Send(pods, TransportProtocol.Udp, 0, payload);
            return;
        }

        if (_upstreams.Count >= Half)
        {
            // Every port is taken: those before make room, as idle ones do in the real relay.
            _upstreams.Clear();
            _answers.Clear();
        }

        var upstream = _upstreams.GetOrAdd(seen, pair => new SocketPair(pair.Remote, NextPort(pair.RemotePort), pair.Local, pair.LocalPort));
        _answers[upstream] = seen;
        host.Send(upstream, TransportProtocol.Udp, 0, payload);
    }

    /// <summary>DNS: every datagram that policy redirects is, and one upstream pair serves all ports of a pod towards a server.</summary>
    private void Judge(ProxyFront front, SocketPair seen, byte[] payload)
    {
        // An answer comes to the pod's address, at a port that only a relay uses.
        var known = (Pod: seen.Local, Server: seen.Remote, Port: seen.RemotePort);
        if (_lookups.TryGetValue(known, out var upstream) && upstream == seen)
        {
            if (front.Answer(payload, seen.LocalEnd.Address, seen.RemoteEnd, out var port))
                host.Send(new SocketPair(seen.Remote, seen.RemotePort, seen.Local, port), TransportProtocol.Udp, 0, payload);
            return;
        }

        if (front.Ask(payload, seen.RemoteEnd, seen.LocalEnd, out var refusal))
        {
            upstream = _lookups.GetOrAdd((seen.Remote, seen.Local, seen.LocalPort), key => new SocketPair(key.Pod, NextPort(0), key.Server, key.Port));
            host.Send(upstream, TransportProtocol.Udp, 0, payload);
        }
        else if (refusal.Length > 0)
        {
            host.Send(seen, TransportProtocol.Udp, 0, refusal);
        }
    }

    /// <summary>What comes from another node's relay, by a port of one half of the range, goes on by a port of the other.</summary>
    private ushort NextPort(int podPort)
    {
        var first = podPort is >= FirstPort and < FirstPort + Half ? FirstPort + Half : FirstPort;
        return (ushort)(first + (int)((uint)Interlocked.Increment(ref _next) % Half));
    }
}
