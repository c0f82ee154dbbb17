using Weir.Protocols.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>A connection to a server, in the name of one pod.</summary>
internal sealed class Upstream(Wire wire) : IDisposable
{
    public Wire Wire { get; } = wire;

    /// <summary>What was read from the server and not passed on yet.</summary>
    public WireBuffer Read { get; } = new(0);

    /// <summary>The response's head that was read last.</summary>
    public HttpHead Head { get; } = new();

    /// <summary>Whether it has answered a request before.</summary>
    public bool IsUsed { get; set; }

    /// <summary>When it was last given back, as a timestamp of the clock.</summary>
    public long Since { get; set; }

    public void Abort()
    {
        Wire.Abort();
        Dispose();
    }

    public void Dispose()
    {
        Wire.Dispose();
        Read.Dispose();
    }
}
