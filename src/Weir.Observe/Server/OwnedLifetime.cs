using Microsoft.Extensions.Hosting;

namespace Weir.Observe.Server;

/// <summary>A web host that leaves the process's signals alone: when to stop is its owner's to say.</summary>
public sealed class OwnedLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
