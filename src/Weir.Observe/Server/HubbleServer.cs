using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire;

namespace Weir.Observe.Server;

/// <summary>Serves Hubble's API: an observer, the peers, and gRPC's health and reflection.</summary>
public sealed class HubbleServer : IAsyncDisposable
{
    /// <summary>The name under which Hubble's clients ask whether an observer is well; not that of the gRPC service.</summary>
    public const string HealthName = "hubble.server.Observer";

    private static readonly TimeSpan _longestStop = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;
    private readonly string? _socket;

    private HubbleServer(WebApplication app, string? socket) => (_app, _socket) = (app, socket);

    /// <summary>The TCP addresses that it listens on, with the ports that it got.</summary>
    public IReadOnlyList<IPEndPoint> Tcp { get; private init; } = [];

    /// <summary>Starts to serve.</summary>
    /// <param name="observer">What answers about flows.</param>
    /// <param name="peers">The nodes, where somebody may ask for them; else null.</param>
    /// <param name="listeners">Where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="IOException">A socket or a port cannot be had.</exception>
    public static async Task<HubbleServer> StartAsync<TObserver>(
        TObserver observer, PeerList? peers, ServerListeners listeners, TimeProvider time, CancellationToken cancellation)
        where TObserver : ObserverWire.Base
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(listeners);
        if (listeners.UnixSocket is { } path) File.Delete(path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new HandshakeLog(listeners.Report));
        builder.Logging.AddFilter((category, _) => category == HandshakeLog.Category);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, listeners));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton(observer);
        builder.Services.AddSingleton(Health());
        if (peers is not null) builder.Services.AddSingleton(new PeerService(peers));

        var app = builder.Build();
        if (listeners.Tls is { } tls) app.Use((context, next) => ClientGuard.InvokeAsync(context, next, tls, time, listeners.Report));
        app.MapGrpcService<TObserver>();
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();
        if (peers is not null) app.MapGrpcService<PeerService>();
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new HubbleServer(app, listeners.UnixSocket) { Tcp = [.. Bound(app)] };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(_longestStop);
        await _app.StopAsync(soon.Token); // readers that follow would keep the server for ever
        await _app.DisposeAsync();
        if (_socket is not null) File.Delete(_socket);
    }

    private static void Listen(KestrelServerOptions kestrel, ServerListeners listeners)
    {
        kestrel.AddServerHeader = false;

        // A reader of flows holds its connection for hours and asks for little.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        if (listeners.UnixSocket is { } path) kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2);
        foreach (var address in listeners.Tcp)
        {
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (listeners.Tls is not { } tls) return;
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Handshake(tls)) });
                listen.Use(next => connection => SilentClient.ListenAsync(connection, next, listeners.Report));
            });
        }
    }

    // Asked for each connection anew, so that new certificates need no restart.
    private static SslServerAuthenticationOptions Handshake(TlsMaterial tls)
    {
        var now = tls.Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(now.Own!, now.Chain, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = now.Authorities.Count > 0,

#pragma warning disable CA5359 // this is about clients, and who may come in is decided by the guard, in words
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        };
    }

    /// <summary>What says of every service that it is well.</summary>
    internal static HealthServiceImpl Health()
    {
        var health = new HealthServiceImpl();
        foreach (var name in (string[])["", HealthName, ObserverWire.ServiceName]) health.SetStatus(name, HealthCheckResponse.Types.ServingStatus.Serving);
        return health;
    }

    /// <summary>The TCP addresses that a started server has.</summary>
    internal static IEnumerable<IPEndPoint> Bound(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        foreach (var address in addresses)
        {
            if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip)) yield return new IPEndPoint(ip, uri.Port);
        }
    }
}
