using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Linux;
using Weir.Observe.Wire.Observers;

namespace Weir.EndToEnd;

/// <summary>A web server inside a pod: HTTP/1.1 on one port, HTTP/2 by prior knowledge with a gRPC service on another. Counts what reaches it.</summary>
internal sealed class PodWeb : IAsyncDisposable
{
    public const int Port = 9080, Http2Port = 9090;

    private readonly Socket[] _listeners;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _served = new();

    private PodWeb(NetworkNamespace pod)
    {
        _listeners = [Listener(pod, Port), Listener(pod, Http2Port)];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IHostLifetime, Lifetime>(); // the signals are the test runner's
        builder.Services.AddGrpc();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenHandle((ulong)_listeners[0].Handle, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenHandle((ulong)_listeners[1].Handle, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.Use(next => context =>
        {
            _served.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
            return next(context);
        });
        _app.MapGrpcService<Statuses>();
        _app.MapGet("/{page}", (string page) => page);
    }

    /// <summary>Starts it.</summary>
    public static async Task<PodWeb> StartAsync(NetworkNamespace pod)
    {
        var web = new PodWeb(pod);
        await web._app.StartAsync();
        return web;
    }

    /// <summary>How many requests for a path reached the pod.</summary>
    public int Served(string path) => _served.GetValueOrDefault(path);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var listener in _listeners) listener.Dispose();
    }

    private static Socket Listener(NetworkNamespace pod, int port)
    {
        var socket = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    /// <summary>Two calls of a service that the project has anyway: policy allows one and denies the other.</summary>
    public sealed class Statuses : Observer.ObserverBase
    {
        public override Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context) => Task.FromResult(new ServerStatusResponse { NumFlows = 42 });

        public override Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context) => Task.FromResult(new GetNodesResponse());
    }

    private sealed class Lifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
