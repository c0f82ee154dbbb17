using System.Net;
using Weir.Model;
using Weir.Proxy.Dns;
using Weir.Proxy.Policies;

namespace Weir.Proxy;

/// <summary>The proxies for a node whose packets are no sockets': what a simulated one hands its redirected traffic to. Any thread.</summary>
public sealed class ProxyFront(ProxyState state, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(IpAddress Client, IpAddress Server, ushort Port), DnsChannel> _channels = [];
    private readonly DnsStream _dnsOverTcp = new(state.Gate, state.Policies, state.DnsCounters, time);

    /// <summary>Which language a redirected TCP connection has to be spoken in: <c>dns</c>, <c>http</c>, <c>tls</c>; null where it may not be.</summary>
    public string? LanguageOf(IPEndPoint client, IPEndPoint destination)
    {
        var policy = state.Policies.Current;
        return ConnectionRouter.LanguageOf(policy, RedirectedConnection.SidesOf(policy, IpProtocol.Tcp, client, destination));
    }

    /// <summary>Serves a connection of DNS to its end, and closes it.</summary>
    /// <param name="stream">What the client says and hears.</param>
    /// <param name="client">Who the client is.</param>
    /// <param name="destination">Where it wanted to go.</param>
    /// <param name="connect">Connects there in the client's name.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task ServeDnsAsync(
        Stream stream, IPEndPoint client, IPEndPoint destination, Func<CancellationToken, ValueTask<Stream>> connect, CancellationToken cancellation) =>
        _dnsOverTcp.ServeAsync(stream, client, destination, connect, cancellation);

    /// <summary>Takes a redirected datagram, a DNS query.</summary>
    /// <param name="query">The query; where it is to be passed on, the bytes to send to the server, under another id.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="server">The server.</param>
    /// <param name="refusal">What to answer at once in the server's name; empty where there is nothing.</param>
    /// <returns>Whether to pass the query on.</returns>
    public bool Ask(Span<byte> query, IPEndPoint client, IPEndPoint server, out byte[] refusal)
    {
        refusal = [];
        var key = (RedirectedConnection.AddressOf(client), RedirectedConnection.AddressOf(server), (ushort)server.Port);
        Span<byte> reply = stackalloc byte[512];
        lock (_gate)
        {
            if (!_channels.TryGetValue(key, out var channel))
                _channels[key] = channel = new DnsChannel(state.Gate, state.Policies, state.DnsCounters, time, key.Item1, key.Item2, key.Item3);
            var step = channel.Ask(query, (ushort)client.Port, reply, out var length);
            if (step == DnsStep.Reply) refusal = reply[..length].ToArray();
            return step == DnsStep.Pass;
        }
    }

    /// <summary>Takes a datagram of a server that a query was passed on to.</summary>
    /// <param name="answer">The answer; where it may be released, with the id that the client knows.</param>
    /// <param name="client">The address of who asked.</param>
    /// <param name="server">The server.</param>
    /// <param name="port">The client's port.</param>
    /// <returns>Whether it may be released. What it says is then in force.</returns>
    public bool Answer(Span<byte> answer, IPAddress client, IPEndPoint server, out ushort port)
    {
        port = 0;
        var key = (RedirectedConnection.AddressOf(new IPEndPoint(client, 0)), RedirectedConnection.AddressOf(server), (ushort)server.Port);
        lock (_gate) return _channels.TryGetValue(key, out var channel) && channel.Answer(answer, out port) == DnsStep.Pass;
    }
}
