using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;
using Weir.Hub.History;
using Weir.Hub.Kusto;
using Weir.Hub.LogAnalytics;
using Weir.Hub.Metrics;
using Weir.Hub.Server;
using Weir.Hub.Ui;
using Weir.Hub.Ui.Static;
using Weir.Observe.Server;

namespace Weir.Hub;

/// <summary>A running hub: the store, the nodes' way in, and the query APIs on one port.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private const string Version = "0.1.0";
    private const int LargestBatch = 32 * 1024 * 1024;
    private static readonly TimeSpan _longestStop = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;
    private readonly HubOptions _options;
    private PlainServer? _plain;
    private readonly HubUi _ui;
    private (StoredFlowHistory Flows, HubbleServer Server)? _history;

    private HubServer(WebApplication app, HubOptions options, FlowStore store, StoreQueries queries, HubUi ui) => (_app, _options, Store, Queries, _ui) = (app, options, store, queries, ui);

    /// <summary>Where questions are taken.</summary>
    public IPEndPoint Address { get; private init; } = new(IPAddress.None, 0);

    /// <summary>Where metrics are served without a token; null where they are not.</summary>
    public IPEndPoint? MetricsAddress => _plain?.Tcp[0];

    /// <summary>Where older flows are told by TCP.</summary>
    public IReadOnlyList<IPEndPoint> HistoryAddresses => _history?.Server.Tcp ?? [];

    /// <summary>The metrics of the hub and of its nodes.</summary>
    public HubMetrics Metrics { get; private init; } = null!;

    /// <summary>The store.</summary>
    public FlowStore Store { get; }

    /// <summary>Answers about it.</summary>
    public StoreQueries Queries { get; }

    /// <summary>Starts a hub.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message names every problem.</exception>
    /// <exception cref="IOException">The store is open elsewhere, or a socket or port cannot be had.</exception>
    /// <exception cref="InvalidDataException">The store's manifest cannot be read; the message says what to do.</exception>
    public static async Task<HubServer> StartAsync(HubOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        var store = FlowStore.Open(options.Store, time, logs.CreateLogger<FlowStore>());
        var queries = new StoreQueries(store, options.Limits, options.QueriesAtOnce, time);
        var metrics = new HubMetrics(options.Nodes, store, time);
        var ui = HubUi.Start(options, Version, store, queries, metrics, time, logs);
        var app = Build(options, store, queries, ui, metrics, time);
        PlainServer? plain = null;
        (StoredFlowHistory, HubbleServer)? history = null;
        try
        {
            File.Delete(options.IngestSocket);
            await app.StartAsync(cancellation);
            if (options.MetricsListen is { } listen) plain = await PlainServer.StartAsync(new MetricsEndpoints(metrics, token: null).Map, null, [listen], cancellation);
            if (options.History is { } listeners) history = await HistoryAsync(options, listeners, store, time, cancellation);
        }
        catch
        {
            if (plain is not null) await plain.DisposeAsync();
            await app.DisposeAsync();
            metrics.Dispose();
            await ui.DisposeAsync();
            queries.Dispose();
            await store.DisposeAsync();
            throw;
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a.Replace("unix:", "http://", StringComparison.Ordinal))).First(u => u.Scheme == "https");
        return new HubServer(app, options, store, queries, ui) { Address = new IPEndPoint(options.Listen.Address, bound.Port), Metrics = metrics, _plain = plain, _history = history };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(_longestStop);
        if (_plain is not null) await _plain.DisposeAsync();
        if (_history is { } history)
        {
            await history.Server.DisposeAsync();
            history.Flows.Dispose();
        }

        await _app.StopAsync(soon.Token); // the nodes' streams would keep the server for ever
        await _app.DisposeAsync();
        Metrics.Dispose();
        await _ui.DisposeAsync();
        Queries.Dispose();
        await Store.DisposeAsync();
        File.Delete(_options.IngestSocket);
    }

    private static async Task<(StoredFlowHistory, HubbleServer)> HistoryAsync(
        HubOptions options, ServerListeners listeners, FlowStore store, TimeProvider time, CancellationToken cancellation)
    {
        if (listeners.UnixSocket is { } socket) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(socket))!);
        var flows = new StoredFlowHistory(store, options.Limits, options.QueriesAtOnce);
        try
        {
            return (flows, await HubbleServer.StartAsync(new StoredFlowService(flows, store, Version, time), null, listeners, time, cancellation));
        }
        catch
        {
            flows.Dispose();
            throw;
        }
    }

    private static WebApplication Build(HubOptions options, FlowStore store, StoreQueries queries, HubUi ui, HubMetrics metrics, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = LargestBatch);
        builder.Services.AddSingleton(new IngestService(store, metrics.Noted));
        var app = builder.Build();

        // What comes by the socket are nodes, what comes by TCP are people: neither finds the other's door.
        app.UseWhen(c => c.Connection.LocalIpAddress is null, nodes => nodes.UseRouting().UseEndpoints(e => e.MapGrpcService<IngestService>()));
        app.UseWhen(c => c.Connection.LocalIpAddress is not null, people => people.Use(Guarded).Use(new BrowserAccess(options.Origins).RunAsync).UseRouting().UseEndpoints(e =>
        {
            var token = new BearerToken(options.Token);
            new KustoEndpoints(queries, token, new ShowCommands(Version, time.GetUtcNow())).Map(e);
            new LogEndpoints(queries, token).Map(e);
            new MetricsEndpoints(metrics, token).Map(e);
            ui.Map(e);
        }));
        return app;
    }

    private static Task Guarded(HttpContext context, RequestDelegate next)
    {
        PageHeaders.Set(context.Response.Headers);
        return next(context);
    }

    private static void Listen(KestrelServerOptions kestrel, HubOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = null; // a node's stream is quiet for hours
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenUnixSocket(options.IngestSocket, listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(options.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(options.Certificate);
        });
    }
}
