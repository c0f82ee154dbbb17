using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Observe.Ring;

namespace Weir.Observe.Hubble;

/// <summary>Serves a node's observer by gRPC on a Unix socket.</summary>
public sealed class ObserverServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _socket;

    private ObserverServer(WebApplication app, string socket) => (_app, _socket) = (app, socket);

    /// <summary>Starts to serve.</summary>
    /// <param name="socket">The socket's path; a file that a dead server left there is replaced.</param>
    /// <param name="ring">Where the flows are.</param>
    /// <param name="options">What the observer says of itself.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="IOException">The socket cannot be bound.</exception>
    public static async Task<ObserverServer> StartAsync(
        string socket, FlowRing ring, ObserverOptions options, TimeProvider time, CancellationToken cancellation)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));

        // The host's own lifetime would catch the process's signals; when to stop is the agent's to say.
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new ObserverService(ring, options, time));
        var app = builder.Build();
        app.MapGrpcService<ObserverService>();
        await app.StartAsync(cancellation);
        return new ObserverServer(app, socket);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token); // readers that follow would keep the server for ever
        await _app.DisposeAsync();
        File.Delete(_socket);
    }

    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
