using System.Collections.Concurrent;
using System.Net;
using Weir.Model;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>Serves redirected connections by what policy says may be spoken on them: HTTP, TLS to named servers, or anything.</summary>
/// <remarks>Over wires alone, so that the node's sockets and a simulated network are served by the same code.</remarks>
internal sealed class HttpProxy(IConnectionPolicy policy, IHttpLog log, HttpLimits limits, HttpRedaction redaction, TimeProvider time) : IDisposable
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

    /// <summary>Serves one connection to its end. Never fails.</summary>
    /// <param name="client">The client's side; closed on return.</param>
    /// <param name="source">Who opened it.</param>
    /// <param name="destination">Where it wanted to go.</param>
    /// <param name="stopping">Ends the connection.</param>
    public async Task ServeAsync(Wire client, IPEndPoint source, IPEndPoint destination, CancellationToken stopping)
    {
        using var read = new WireBuffer(ResidentBytes);
        var connection = new ProxiedConnection
        {
            Client = client,
            Read = read,
            Source = source,
            Destination = destination,
            Policy = policy,
            Log = log,
            Connect = Connect,
            Limits = limits,
            Redaction = redaction,
            Texts = _texts,
            Time = time,
            Stopping = stopping,
        };
        _open[connection] = true;
        try
        {
            // Between the caller's check and the line above a shutdown would have missed this connection.
            if (stopping.IsCancellationRequested) client.Abort();
            else await ServeAsync(connection);
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
            if (connection.Deadline.IsOver(now)) connection.Client.Abort();
        _upstreams.CloseIdle();
    }

    /// <summary>Resets every connection.</summary>
    public void Dispose()
    {
        foreach (var connection in _open.Keys) connection.Client.Abort();
        _upstreams.Dispose();
    }

    private async Task ServeAsync(ProxiedConnection connection)
    {
        var judge = new RequestJudge(connection);
        var rules = judge.Rules;
        switch (rules.IsOpen ? rules.Parser : DirectionRules.Nothing)
        {
            case "http":
                await ServeHttpAsync(connection, judge);
                break;
            case "tls":
                await ServerNameGate.ServeAsync(connection, rules);
                break;
            case null:
                await ServerNameGate.TunnelAsync(connection);
                break;
            default:
                // A language that is not spoken here: nothing can be judged, so nothing passes.
                log.Add(new HttpRecord(connection.Source, connection.Destination, Verdict.Dropped, rules.Directions.Count > 0 ? rules.Directions[0] : null, null));
                connection.Client.Abort();
                break;
        }
    }

    private async Task ServeHttpAsync(ProxiedConnection connection, RequestJudge judge)
    {
        var group = _upstreams.Enter(connection.Source.Address, connection.Destination);
        try
        {
            await new HttpConnection(connection, judge, group).ServeAsync();
        }
        finally
        {
            _upstreams.Leave(group);
        }
    }
}
