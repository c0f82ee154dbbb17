using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;

namespace Weir.Unit.FlowLog;

/// <summary>The hub's ingest alone, on a Unix socket.</summary>
internal static class IngestHost
{
    public static async Task<WebApplication> StartAsync(FlowStore store, string socket)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(socket, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new IngestService(store));
        var app = builder.Build();
        app.MapGrpcService<IngestService>();
        await app.StartAsync();
        return app;
    }
}
