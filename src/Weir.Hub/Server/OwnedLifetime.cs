using Microsoft.Extensions.Hosting;

namespace Weir.Hub.Server;

/// <summary>Leaves the process's signals alone: when to stop is its owner's to say.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
