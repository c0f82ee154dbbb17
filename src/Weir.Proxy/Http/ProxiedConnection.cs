using System.Net;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>A client's connection with all that serves it.</summary>
internal sealed class ProxiedConnection
{
    private volatile Wire? _server;
    private volatile bool _aborted;

    /// <summary>The client's side.</summary>
    public required Wire Client { get; init; }

    /// <summary>What was read from the client and not used yet.</summary>
    public required WireBuffer Read { get; init; }

    /// <summary>Who opened the connection.</summary>
    public required IPEndPoint Source { get; init; }

    /// <summary>Where it wanted to go.</summary>
    public required IPEndPoint Destination { get; init; }

    /// <summary>The sides that are endpoints of this node; what is said has to be allowed by each.</summary>
    public required IReadOnlyList<ExchangeEnds> Sides { get; init; }

    /// <summary>Tells what may be said.</summary>
    public required AskPolicy Ask { get; init; }

    /// <summary>Takes what was said.</summary>
    public required RecordExchange Record { get; init; }

    /// <summary>Connects to the destination in the source's name.</summary>
    public required Func<IPEndPoint, IPEndPoint, CancellationToken, ValueTask<Wire>> Connect { get; init; }

    /// <summary>Bounds.</summary>
    public required HttpLimits Limits { get; init; }

    /// <summary>What of a request is kept in records.</summary>
    public required HttpRedaction Redaction { get; init; }

    /// <summary>Told where headers differ from what rules want; null where nobody is.</summary>
    public HeaderMismatchLog? Mismatched { get; init; }

    /// <summary>Strings that are used again.</summary>
    public required TextCache Texts { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>When the connection is ended if nothing happens before.</summary>
    public Deadline Deadline { get; } = new();

    /// <summary>Ends with the proxy.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The deadline is so far away from now on.</summary>
    public void Allow(TimeSpan span) => Deadline.Set(Time.GetTimestamp() + (long)(span.TotalSeconds * Time.TimestampFrequency));

    /// <summary>
    /// The server's side while a request waits for its answer; null else. It ends with the client's side, or the request would wait on
    /// for nobody.
    /// </summary>
    public Wire? Server
    {
        get => _server;
        set
        {
            _server = value;
            if (_aborted) value?.Abort();
        }
    }

    /// <summary>Resets both sides. From any thread.</summary>
    public void Abort()
    {
        _aborted = true;
        Client.Abort();
        _server?.Abort();
    }
}
