using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Weir.Observe.Server;

/// <summary>Serves pages by plain HTTP/1.1, to whoever may reach the address or open the socket.</summary>
public sealed class PlainServer : IAsyncDisposable
{
    private static readonly TimeSpan _longestStop = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;
    private readonly string? _socket;

    private PlainServer(WebApplication app, string? socket) => (_app, _socket) = (app, socket);

    /// <summary>The TCP addresses that it listens on, with the ports that it got.</summary>
    public IReadOnlyList<IPEndPoint> Tcp { get; private init; } = [];

    /// <summary>Starts to serve.</summary>
    /// <param name="map">Adds the pages.</param>
    /// <param name="unixSocket">The path of a Unix socket; null for none. A file that a dead server left there is replaced.</param>
    /// <param name="tcp">Addresses and ports; port 0 takes any.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="IOException">A socket or a port cannot be had.</exception>
    public static async Task<PlainServer> StartAsync(
        Action<IEndpointRouteBuilder> map, string? unixSocket, IReadOnlyList<IPEndPoint> tcp, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (unixSocket is not null) File.Delete(unixSocket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (unixSocket is not null) kestrel.ListenUnixSocket(unixSocket, listen => listen.Protocols = HttpProtocols.Http1);
            foreach (var address in tcp) kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new PlainServer(app, unixSocket) { Tcp = [.. HubbleServer.Bound(app).Where(a => a.Port > 0)] };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(_longestStop);
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        if (_socket is not null) File.Delete(_socket);
    }
}
