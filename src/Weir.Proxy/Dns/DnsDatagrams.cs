using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Model;
using Weir.Proxy.Policies;
using Weir.Proxy.Relay;

namespace Weir.Proxy.Dns;

/// <summary>DNS over UDP: takes redirected datagrams, asks the server from the pod's own address, answers in the server's name. One thread does all.</summary>
internal sealed class DnsDatagrams(ProxyOptions options, PolicyStore policies, DnsGate gate, DnsCounters counters, UpstreamDialer dialer, TimeProvider time) : IDisposable
{
    private const int WaitMs = 100, MostServers = 1024, AnswerBufferBytes = 1 << 20;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    // A question takes a tenth of that: its turn comes at once, also beside what is long at work (docs/adr/0137).
    private static readonly TimeSpan s_slice = TimeSpan.FromMicroseconds(100);

    private readonly Dictionary<(IpAddress Client, IpAddress Server, ushort Port), Upstream> _byEnds = [];
    private readonly Dictionary<int, Upstream> _byNumber = [];
    private readonly Dictionary<(IpAddress, ushort), Socket> _answers = [];
    private readonly Dictionary<IpAddress, int> _perClient = [];
    private readonly DatagramBatch _batch = new();
    private readonly Poll _poll = new();
    private long _swept = time.GetTimestamp();
    private int _next = 2;

    /// <summary>Serves both listeners until cancelled, on a thread of its own.</summary>
    public Task RunAsync(Socket ipv4, Socket ipv6, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(ipv4, ipv6, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var upstream in _byNumber.Values) upstream.Socket.Dispose();
        foreach (var answer in _answers.Values) answer.Dispose();
        _batch.Dispose();
        _poll.Dispose();
    }

    private void Run(Socket ipv4, Socket ipv6, CancellationToken cancellation)
    {
        SchedulerSlice.Ask(s_slice);
        _poll.Watch(ipv4, 0);
        _poll.Watch(ipv6, 1);
        var ownPort = (ushort)((IPEndPoint)ipv4.LocalEndPoint!).Port;
        Span<int> ready = stackalloc int[64];
        while (!cancellation.IsCancellationRequested)
        {
            var count = _poll.Wait(ready, WaitMs);
            foreach (var number in ready[..count])
            {
                if (number < 2) TakeQueries(number == 0 ? ipv4 : ipv6, ownPort);
                else if (_byNumber.TryGetValue(number, out var upstream)) TakeAnswers(upstream);
            }

            if (time.GetElapsedTime(_swept) > TimeSpan.FromSeconds(1)) Sweep();
        }
    }

    private void TakeQueries(Socket listener, ushort ownPort)
    {
        var count = _batch.Receive(listener);
        for (var i = 0; i < count; i++)
        {
            // Sent to the proxy itself, not redirected: passing it on would be a loop.
            if (!_batch.Source(i, out var source) || !_batch.Destination(i, out var destination) || destination.Port == ownPort) continue;
            var (client, server) = (new IpAddress(source.High, source.Low), new IpAddress(destination.High, destination.Low));
            if (Find(client, server, destination.Port) is not { } upstream) continue;
            switch (upstream.Channel.Ask(_batch.Datagram(i), source.Port, _batch.Reply(i), out var length))
            {
                case DnsStep.Pass:
                    _batch.Send(upstream.Socket, _batch.Datagram(i), null);
                    break;
                case DnsStep.Reply when AnswerSocket(server, destination.Port) is { } answer:
                    _batch.Send(answer, _batch.Reply(i)[..length], source);
                    break;
            }
        }

        _batch.Flush();
    }

    private void TakeAnswers(Upstream upstream)
    {
        var channel = upstream.Channel;
        var count = _batch.Receive(upstream.Socket);
        for (var i = 0; i < count; i++)
        {
            // Between bind() and connect() the socket takes datagrams from anyone; those are not this server's.
            if (!_batch.Source(i, out var from) || new IpAddress(from.High, from.Low) != channel.Server || from.Port != channel.ServerPort) continue;
            if (channel.Answer(_batch.Datagram(i), out var port) == DnsStep.Pass && AnswerSocket(channel.Server, channel.ServerPort) is { } answer)
                _batch.Send(answer, _batch.Datagram(i), new DatagramEnd(channel.Client.High, channel.Client.Low, port));
        }

        _batch.Flush();
    }

    private Upstream? Find(IpAddress client, IpAddress server, ushort port)
    {
        if (_byEnds.TryGetValue((client, server, port), out var upstream)) return upstream;
        if (_byEnds.Count >= options.MaxExchanges || _perClient.GetValueOrDefault(client) >= options.MaxPerSource)
        {
            counters.CountOverflow();
            return null;
        }

        try
        {
            var socket = dialer.OpenUdp(EndOf(client, 0), EndOf(server, port));
            TransparentSocket.SetReceiveBuffer(socket, AnswerBufferBytes);
            var number = _next++;
            _poll.Watch(socket, number);
            upstream = new Upstream(number, socket, new DnsChannel(gate, policies, counters, time, client, server, port));
        }
        catch (Exception e) when (e is SocketException or LinuxException)
        {
            counters.CountOverflow();
            return null;
        }

        _perClient[client] = _perClient.GetValueOrDefault(client) + 1;
        _byNumber[upstream.Number] = upstream;
        return _byEnds[(client, server, port)] = upstream;
    }

    private Socket? AnswerSocket(IpAddress server, ushort port)
    {
        if (_answers.TryGetValue((server, port), out var socket)) return socket;
        if (_answers.Count >= MostServers)
        {
            // Rare enough to start over: they are opened again as they are needed.
            _batch.Flush();
            foreach (var old in _answers.Values) old.Dispose();
            _answers.Clear();
        }

        try
        {
            return _answers[(server, port)] = dialer.OpenUdpAnswers(EndOf(server, port));
        }
        catch (SocketException)
        {
            counters.CountOverflow();
            return null;
        }
    }

    private void Sweep()
    {
        _swept = time.GetTimestamp();
        foreach (var (ends, upstream) in _byEnds)
        {
            if (time.GetElapsedTime(upstream.Channel.LastUse) < s_idle) continue;
            _byEnds.Remove(ends);
            _byNumber.Remove(upstream.Number);
            if (--_perClient[ends.Client] == 0) _perClient.Remove(ends.Client);
            upstream.Socket.Dispose();
        }
    }

    private static IPEndPoint EndOf(IpAddress address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.CopyTo(bytes);
        return new IPEndPoint(address.IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes), port);
    }

    private sealed record Upstream(int Number, Socket Socket, DnsChannel Channel);
}
