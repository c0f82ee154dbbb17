using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Model;
using Weir.Protocols.Ip;
using Weir.Workloads.Network;

namespace Weir.Lab.Simulated;

/// <summary>A machine on the simulated network, as its own programs see it: a pod, something outside, or a node's relay.</summary>
public sealed class SimulatedHost : INetwork
{
    private const int FirstFreePort = 32_768;
    private const int LastFreePort = 60_999;

    private readonly SimulatedNetwork _network;
    private readonly ConcurrentDictionary<SocketPair, SimulatedConnection> _connections = new();
    private readonly ConcurrentDictionary<int, SimulatedListener> _listeners = new();
    private readonly ConcurrentDictionary<(IpAddress Own, int Port), SimulatedDatagrams> _datagrams = new();
    private int _nextPort = Random.Shared.Next(FirstFreePort, LastFreePort);
    private volatile bool _isClosed;

    internal SimulatedHost(SimulatedNetwork network, SimulatedNode? node, uint endpointId, IReadOnlyList<IpAddress> addresses, bool isRelay = false) =>
        (_network, Node, EndpointId, Addresses, IsRelay) = (network, node, endpointId, addresses, isRelay);

    /// <summary>The node that it runs on; null outside the cluster.</summary>
    public SimulatedNode? Node { get; }

    /// <summary>Its endpoint on that node; 0 for anything but a pod.</summary>
    public uint EndpointId { get; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IpAddress> Addresses { get; }

    internal bool IsRelay { get; }

    internal TimeProvider Time => _network.Time;

    /// <summary>Where a relay takes the datagrams that come to it.</summary>
    internal Action<PacketHeader, byte[]>? OnDatagram { get; set; }

    /// <inheritdoc/>
    public Task<Stream> ConnectTcpAsync(IPEndPoint remote, CancellationToken cancellation)
    {
        var (address, port) = (SocketPair.AddressOf(remote.Address), (ushort)remote.Port);
        var local = IPAddress.IsLoopback(remote.Address) ? address : OwnAddress(address.IsIPv4);
        return ConnectTcpAsync(local, address, port, NextPort, cancellation);
    }

    /// <inheritdoc/>
    public ITcpListener ListenTcp(int port)
    {
        var chosen = port == 0 ? NextPort() : port;
        var listener = new SimulatedListener(() => _listeners.TryRemove(chosen, out _));
        return _listeners.TryAdd(chosen, listener) ? listener : throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int port, IPAddress? own = null)
    {
        var key = (Own: own is null ? default : SocketPair.AddressOf(own), Port: port == 0 ? NextPort() : port);
        if (own is not null && !Addresses.Contains(key.Own)) throw new SocketException((int)SocketError.AddressNotAvailable);
        var socket = new SimulatedDatagrams(this, key.Own, (ushort)key.Port, () => _datagrams.TryRemove(key, out _));
        return _datagrams.TryAdd(key, socket) ? socket : throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    /// <summary>Connects from an address and a port that the caller names.</summary>
    internal async Task<Stream> ConnectTcpAsync(IpAddress local, IpAddress remote, ushort port, Func<ushort> nextPort, CancellationToken cancellation)
    {
        while (true)
        {
            var connection = new SimulatedConnection(this, new SocketPair(local, nextPort(), remote, port), _network.NextConnection());
            if (!_connections.TryAdd(connection.Pair, connection)) continue;
            try
            {
                await connection.OpenAsync(cancellation);
                return new SimulatedStream(connection);
            }
            catch
            {
                Forget(connection);
                throw;
            }
        }
    }

    /// <summary>Sends a packet of this host's; TCP's with the number of its connection.</summary>
    internal Delivery Send(SocketPair pair, byte protocol, byte tcpFlags, ReadOnlySpan<byte> payload, uint number = 0)
    {
        if (_isClosed) return Delivery.Lost;
        var frame = new byte[PacketWriter.MaxHeaderLength + payload.Length];
        var length = PacketWriter.WriteFrame(
            frame,
            new PacketSpec
            {
                IsIPv4 = pair.Local.IsIPv4,
                SourceHigh = pair.Local.High,
                SourceLow = pair.Local.Low,
                DestinationHigh = pair.Remote.High,
                DestinationLow = pair.Remote.Low,
                SourcePort = pair.LocalPort,
                DestinationPort = pair.RemotePort,
                Protocol = protocol,
                TcpFlags = tcpFlags,
                Sequence = number,
                Acknowledgement = number,
            },
            payload);

        // What a host says to itself never meets a node's tables.
        return pair.Local == pair.Remote ? Receive(frame[..length]) : _network.Send(this, frame[..length]);
    }

    /// <summary>Takes a frame that arrived.</summary>
    internal Delivery Receive(byte[] frame)
    {
        if (_isClosed || PacketReader.ReadFrame(frame, out var header) != PacketFault.None) return Delivery.Lost;
        var pair = new SocketPair(
            new IpAddress(header.DestinationHigh, header.DestinationLow), header.DestinationPort, new IpAddress(header.SourceHigh, header.SourceLow), header.SourcePort);
        var payload = frame.AsSpan(header.PayloadOffset, header.End - header.PayloadOffset);
        switch (header.Protocol)
        {
            case TransportProtocol.Tcp:
                return ReceiveTcp(pair, header.TcpFlags, payload, BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(header.TransportOffset + 4)));
            case TransportProtocol.Udp when OnDatagram is { } take:
                take(header, payload.ToArray());
                return Delivery.Taken;
            case TransportProtocol.Udp:
                var socket = _datagrams.GetValueOrDefault((pair.Local, pair.LocalPort)) ?? _datagrams.GetValueOrDefault((default, pair.LocalPort));
                return socket is not null && socket.Take(pair, payload) ? Delivery.Taken : Delivery.Lost;
            default:
                return Delivery.Lost;
        }
    }

    internal void Forget(SimulatedConnection connection) => _connections.TryRemove(new(connection.Pair, connection));

    internal IpAddress OwnAddress(bool isIPv4)
    {
        foreach (var address in Addresses)
            if (address.IsIPv4 == isIPv4) return address;
        throw new SocketException((int)SocketError.NetworkUnreachable);
    }

    /// <summary>Ends every socket.</summary>
    internal void Close()
    {
        _isClosed = true;
        foreach (var connection in _connections.Values) connection.Fail(SocketError.ConnectionReset);
        foreach (var listener in _listeners.Values) listener.Dispose();
        foreach (var socket in _datagrams.Values) socket.Dispose();
    }

    private Delivery ReceiveTcp(SocketPair pair, byte flags, ReadOnlySpan<byte> payload, uint number)
    {
        var isReset = (flags & TcpFlag.Rst) != 0;
        if (_connections.TryGetValue(pair, out var known))
        {
            // A node's tables, which know no numbers, reset what was never answered with 0.
            if (number == known.Number || (isReset && number == 0)) return known.Receive(flags, payload);

            // Of an earlier connection; but who opens a new one has forgotten the earlier one, and so does this end.
            if (flags != TcpFlag.Syn || !known.IsAccepted) return Delivery.Taken;
            known.Fail(SocketError.ConnectionReset);
        }

        if (flags == TcpFlag.Syn && (IsRelay ? _listeners.Values.FirstOrDefault() : _listeners.GetValueOrDefault(pair.LocalPort)) is { } listener)
        {
            var connection = new SimulatedConnection(this, pair, number, listener);
            if (_connections.TryAdd(pair, connection)) return connection.Receive(flags, payload);
        }

        if (!isReset) Send(pair, TransportProtocol.Tcp, TcpFlag.Rst | TcpFlag.Ack, [], number);
        return Delivery.Taken;
    }

    private ushort NextPort()
    {
        var count = LastFreePort - FirstFreePort + 1;
        return (ushort)(FirstFreePort + (int)((uint)Interlocked.Increment(ref _nextPort) % count));
    }
}
