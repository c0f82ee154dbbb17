namespace Weir.Workloads.Network;

/// <summary>Waits for TCP connections.</summary>
public interface ITcpListener : IDisposable
{
    /// <summary>The next connection. The caller disposes its stream.</summary>
    Task<AcceptedConnection> AcceptAsync(CancellationToken cancellation);
}
