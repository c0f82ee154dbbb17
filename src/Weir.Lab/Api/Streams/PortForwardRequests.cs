using Microsoft.AspNetCore.Http;
using Weir.Lab.Api.Streams.Spdy;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>Answers <c>portforward</c>: SPDY/3.1 on the connection itself, or inside the messages of a WebSocket.</summary>
internal static class PortForwardRequests
{
    private const string Protocol = "portforward.k8s.io";
    private const string TunnelProtocol = "SPDY/3.1+portforward.k8s.io";

    /// <summary>Forwards until the client goes.</summary>
    public static async Task HandleAsync(HttpContext http, string pod, PodRun? run, CancellationToken stopping)
    {
        if (run?.Sandbox is not { } sandbox) throw ApiFaults.BadRequest($"unable to forward port because pod {pod} is not running");
        if (await TransportAsync(http) is not { } transport) return;
        await using var connection = new SpdyConnection(transport);
        await new PortForward(connection, sandbox, pod).RunAsync(stopping);
    }

    private static async Task<Stream?> TransportAsync(HttpContext http)
    {
        if (http.WebSockets.IsWebSocketRequest && http.WebSockets.WebSocketRequestedProtocols.Contains(TunnelProtocol))
            return await WebSocketTransport.AcceptAsync(http, TunnelProtocol);
        if (!http.WebSockets.IsWebSocketRequest && ChannelUpgrade.IsSpdy(http) && ChannelUpgrade.Versions(http) is var versions && (versions.Count == 0 || versions.Contains(Protocol)))
            return await ChannelUpgrade.UpgradeAsync(http, Protocol);
        throw ApiFaults.BadRequest($"Upgrade request required: ports are forwarded over SPDY/3.1 with {Protocol}, or over a WebSocket with {TunnelProtocol}");
    }
}
