using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Weir.Unit.Proxy.Http;

/// <summary>A real server that speaks HTTP/2 in the clear: echoes what it is sent as it comes, with a trailer.</summary>
internal sealed class Http2Server : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Http2Server(WebApplication application) => _application = application;

    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(_application.Urls.First()).Authority);

    public static async Task<Http2Server> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Run(EchoAsync);
        await application.StartAsync();
        return new Http2Server(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.Headers["x-path"] = context.Request.Path + context.Request.QueryString.Value;
        context.Response.Headers["x-heard"] = string.Join(' ', context.Request.Headers.Where(h => h.Key.StartsWith("x-", StringComparison.Ordinal)).Select(h => $"{h.Key}={h.Value}").Order());
        context.Response.DeclareTrailer("x-sum");
        await context.Response.StartAsync();
        var total = 0L;
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            foreach (var part in read.Buffer)
            {
                total += part.Length;
                await context.Response.BodyWriter.WriteAsync(part);
            }

            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        context.Response.AppendTrailer("x-sum", total.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The test's process has its own way to end.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
