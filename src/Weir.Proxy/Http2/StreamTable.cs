using System.Diagnostics.CodeAnalysis;
using Weir.Model;

namespace Weir.Proxy.Http2;

/// <summary>The streams of a connection that were passed on and are not over. Both directions ask.</summary>
internal sealed class StreamTable(int most)
{
    private readonly Dictionary<uint, OpenStream> _open = [];
    private readonly Lock _lock = new();

    public bool TryAdd(uint id, HttpExchange request, long since, bool endsHere)
    {
        lock (_lock)
        {
            if (_open.Count >= most) return false;
            _open[id] = new OpenStream(request, since) { ClientEnded = endsHere };
            return true;
        }
    }

    public bool TryGet(uint id, [NotNullWhen(true)] out OpenStream? stream)
    {
        lock (_lock) return _open.TryGetValue(id, out stream);
    }

    /// <summary>One side of a stream is over.</summary>
    public void End(uint id, bool byClient)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out var stream)) return;
            if (byClient) stream.ClientEnded = true;
            else stream.ServerEnded = true;
            if (stream is { ClientEnded: true, ServerEnded: true }) _open.Remove(id);
        }
    }

    /// <summary>A stream was reset.</summary>
    public void Remove(uint id)
    {
        lock (_lock) _open.Remove(id);
    }
}

/// <summary>A stream.</summary>
internal sealed class OpenStream(HttpExchange request, long since)
{
    public HttpExchange Request { get; } = request;

    public long Since { get; } = since;

    public bool ClientEnded { get; set; }

    public bool ServerEnded { get; set; }

    /// <summary>Whether the answer's head has passed: what comes now are trailers.</summary>
    public bool Answered { get; set; }
}
