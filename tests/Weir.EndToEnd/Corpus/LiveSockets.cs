using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Linux.Netlink;

namespace Weir.EndToEnd.Corpus;

/// <summary>Sends packets between places of the lab through real sockets. A packet carries a number; what is allowed arrives with it.</summary>
internal sealed class LiveSockets(LiveCast cast, NetworkNamespace world) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _arrivals = new();
    private readonly ConcurrentDictionary<ulong, byte> _forbidden = new();
    private readonly Dictionary<(IPAddress Address, string Protocol, ushort Port), Socket> _receivers = [];
    private readonly HashSet<IPAddress> _worlds = [];
    private ulong _last = 0x5745_4952_0000_0000; // "WEIR": no other packet starts so

    /// <summary>How many packets arrived after their flow had been taken for denied.</summary>
    public int Late => _forbidden.Values.Count(v => v != 0);

    /// <summary>Opens what receives a case's packets.</summary>
    public void Receive(LiveCase one)
    {
        var raw = one.Protocol is "ICMP" or "SCTP";
        var (ns, address) = Find(one.Destination);
        var key = (address, one.Protocol, raw ? (ushort)0 : one.Port);
        if (_receivers.ContainsKey(key)) return;
        if (IsServed(one)) return;
        var socket = ns.Run(() =>
        {
            var made = Open(one.Protocol);
            made.Bind(new IPEndPoint(address, raw ? 0 : one.Port));
            if (one.Protocol == "TCP") made.Listen(128);
            return made;
        });
        _receivers[key] = socket;
        _ = one.Protocol == "TCP" ? AcceptAsync(socket) : ReadAsync(socket);
    }

    /// <summary>Sends a case's packet.</summary>
    /// <param name="one">The case.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <returns>Whether it arrived.</returns>
    public async Task<bool> SendAsync(LiveCase one, TimeSpan patience)
    {
        var token = Interlocked.Increment(ref _last);
        var arrived = _arrivals.GetOrAdd(token, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var (ns, from) = Find(one.Source);
        var (_, to) = Find(one.Destination);
        var payload = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, token);
        using var bound = new CancellationTokenSource(patience);
        using var socket = ns.Run(() =>
        {
            var made = Open(one.Protocol);
            made.Bind(new IPEndPoint(from, 0));
            return made;
        });
        try
        {
            if (one.Protocol == "TCP")
            {
                await socket.ConnectAsync(new IPEndPoint(to, one.Port), bound.Token);
                if (IsServed(one)) return true;
                await socket.SendAsync(payload, bound.Token);
            }
            else
            {
                var packet = one.Protocol switch { "ICMP" => Icmp((byte)one.Port, payload), "SCTP" => Sctp(one.Port, payload), _ => payload };
                await socket.SendToAsync(packet, new IPEndPoint(to, one.Protocol == "UDP" ? one.Port : 0), bound.Token);
            }

            await arrived.Task.WaitAsync(bound.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            if (!one.Allowed) _forbidden[token] = 0;
            return false;
        }
        finally
        {
            _arrivals.TryRemove(token, out _);
        }
    }

    /// <summary>Tries an allowed case until its packet arrives, a denied one once: the first loss is no proof on a busy machine.</summary>
    public async Task<bool> JudgeAsync(LiveCase one)
    {
        if (!one.Allowed) return await SendAsync(one, TimeSpan.FromMilliseconds(250));
        for (var tried = 0; tried < 3; tried++)
            if (await SendAsync(one, _patience)) return true;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _receivers.Values) socket.Dispose();
    }

    /// <summary>Whether a site of the outside world listens there, on every address: then a connection is the proof.</summary>
    private static bool IsServed(LiveCase one) => one is { Protocol: "TCP", Port: 53 or 80 or 443 } && IPAddress.TryParse(one.Destination, out _);

    private static Socket Open(string protocol) => protocol switch
    {
        "TCP" => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
        "UDP" => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp),
        "ICMP" => RawSocket.Open(1),
        "SCTP" => RawSocket.Open(132),
        _ => throw new ArgumentException($"{protocol} is not sent here"),
    };

    private static byte[] Icmp(byte type, byte[] payload)
    {
        byte[] packet = [type, 0, 0, 0, payload[6], payload[7], 0, 1, .. payload];
        uint sum = 0;
        for (var i = 0; i < packet.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)~sum);
        return packet;
    }

    /// <summary>The common header of RFC 9260 and a body that is no chunk: the datapath reads ports, and no stack reads more here.</summary>
    private static byte[] Sctp(ushort port, byte[] payload) => [payload[6], payload[7], (byte)(port >> 8), (byte)port, 0, 0, 0, 0, 0, 0, 0, 0, .. payload];

    private (NetworkNamespace Namespace, IPAddress Address) Find(string place)
    {
        lock (_worlds) return cast.Find(place, AddWorld);
    }

    private void AddWorld(IPAddress address)
    {
        if (!_worlds.Add(address)) return;
        using var links = RouteNetlink.Open(world);
        links.AddAddress(links.IndexOf("lo"), address, 32);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true) _ = ReadAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // the test is over
        }
    }

    private async Task ReadAsync(Socket socket)
    {
        var buffer = new byte[256];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var got)
            {
                // A raw socket hands out the IP header and the protocol's; the number is always at the end.
                if (got < 8) continue;
                var token = BinaryPrimitives.ReadUInt64BigEndian(buffer.AsSpan(got - 8));
                if (_arrivals.TryGetValue(token, out var arrival)) arrival.TrySetResult();
                else if (_forbidden.ContainsKey(token)) _forbidden[token] = 1;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // the sender, or the test, is gone
        }
    }
}
