using System.Collections.Concurrent;
using System.Net;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Http2;
using Weir.Proxy.Policies;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>Serves redirected connections by what policy says may be spoken on them: HTTP, or TLS to named servers.</summary>
/// <remarks>Over wires alone, so that the node's sockets and a simulated network are served by the same code.</remarks>
internal sealed class HttpProxy(AskPolicy ask, RecordExchange record, HttpLimits limits, TimeProvider time) : IDisposable
{
    private const int ResidentBytes = 1024;

    private readonly ConcurrentDictionary<ProxiedConnection, bool> _open = new();
    private readonly UpstreamPool _upstreams = new(limits, time);
    private readonly TextCache _texts = new();

    /// <summary>Connects from a pod's address to its original destination.</summary>
    public required Func<IPEndPoint, IPEndPoint, CancellationToken, ValueTask<Wire>> Connect { get; init; }

    /// <summary>How many client connections are open.</summary>
    public int Open => _open.Count;

    /// <summary>The connections to servers that wait for a request.</summary>
    public UpstreamPool Upstreams => _upstreams;

    /// <summary>What of a request is kept in records.</summary>
    public HttpRedaction Redaction { get; set; } = new();

    /// <summary>Told where headers differ from what rules want; null where nobody is.</summary>
    public HeaderMismatchLog? Mismatched { get; init; }

    /// <summary>Serves one connection to its end. Never fails.</summary>
    /// <param name="client">The client's side; closed on return.</param>
    /// <param name="connection">Who opened it, and where it wanted to go.</param>
    /// <param name="isTls">Whether the rules are about TLS servers' names rather than HTTP.</param>
    /// <param name="stopping">Ends the connection.</param>
    public Task ServeAsync(Wire client, RedirectedConnection connection, bool isTls, CancellationToken stopping) =>
        ServeAsync(client, connection.Client, connection.Destination, connection.Sides, isTls, stopping);

    /// <summary>Serves one connection to its end. Never fails.</summary>
    /// <param name="client">The client's side; closed on return.</param>
    /// <param name="source">Who opened it.</param>
    /// <param name="destination">Where it wanted to go.</param>
    /// <param name="sides">The sides that are endpoints of this node.</param>
    /// <param name="isTls">Whether the rules are about TLS servers' names rather than HTTP.</param>
    /// <param name="stopping">Ends the connection.</param>
    public async Task ServeAsync(
        Wire client, IPEndPoint source, IPEndPoint destination, IReadOnlyList<ExchangeEnds> sides, bool isTls, CancellationToken stopping)
    {
        using var read = new WireBuffer(ResidentBytes);
        var connection = new ProxiedConnection
        {
            Client = client,
            Read = read,
            Source = source,
            Destination = destination,
            Sides = sides,
            Ask = ask,
            Record = record,
            Connect = Connect,
            Limits = limits,
            Redaction = Redaction,
            Mismatched = Mismatched,
            Texts = _texts,
            Time = time,
            Stopping = stopping,
        };
        _open[connection] = true;
        await using var ending = stopping.UnsafeRegister(static served => ((ProxiedConnection)served!).Abort(), connection);
        try
        {
            if (isTls) await ServerNameGate.ServeAsync(connection);
            else await ServeHttpAsync(connection);
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            client.Abort(); // a client that is gone, or was too slow
        }
        finally
        {
            _open.TryRemove(connection, out _);
            client.Dispose();
        }
    }

    /// <summary>Ends what took too long, and closes what nobody needs. Called now and then.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        foreach (var connection in _open.Keys)
            if (connection.Deadline.IsOver(now)) connection.Abort();
        _upstreams.CloseIdle();
    }

    /// <summary>Resets every connection.</summary>
    public void Dispose()
    {
        foreach (var connection in _open.Keys) connection.Abort();
        _upstreams.Dispose();
    }

    private async Task ServeHttpAsync(ProxiedConnection connection)
    {
        var group = _upstreams.Enter(connection.Source.Address, connection.Destination);
        try
        {
            var judge = new RequestJudge(connection);
            if (await Http2Connection.IsSpokenAsync(connection)) await Http2Connection.ServeAsync(connection, judge);
            else await new HttpConnection(connection, judge, group).ServeAsync();
        }
        finally
        {
            _upstreams.Leave(group);
        }
    }
}
