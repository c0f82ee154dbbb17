using System.Net;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Weir.Observe.Server;

/// <summary>Tells whoever asks, without TLS, that a server is well, and nothing else: for probes, which have no certificate.</summary>
public sealed class HealthServer : IAsyncDisposable
{
    /// <summary>Where Hubble's relay answers probes.</summary>
    public const int Port = 4222;

    private readonly WebApplication _app;

    private HealthServer(WebApplication app, int port) => (_app, BoundPort) = (app, port);

    /// <summary>The port that it got.</summary>
    public int BoundPort { get; }

    /// <summary>Starts to answer.</summary>
    /// <param name="address">Where; port 0 takes any.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<HealthServer> StartAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(HubbleServer.Health());
        var app = builder.Build();
        app.MapGrpcService<HealthServiceImpl>();
        try
        {
            await app.StartAsync(cancellation);
            return new HealthServer(app, HubbleServer.Bound(app).Single().Port);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
