using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Lab.Api.Streams;

/// <summary>Agrees with a client on what carries the channels of an exec or attach.</summary>
internal static class ChannelUpgrade
{
    /// <summary>The header in which SPDY clients name their protocols, and are told the chosen one.</summary>
    public const string ProtocolHeader = "X-Stream-Protocol-Version";

    /// <summary>Upgrades the connection; null when it was refused, with the answer sent.</summary>
    public static async Task<IRemoteChannels?> AcceptAsync(HttpContext http, StreamChoice choice)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            var asked = http.WebSockets.WebSocketRequestedProtocols;
            if (WebSocketChannels.Protocols.FirstOrDefault(asked.Contains) is not { } chosen) return await RefuseAsync(http, asked, WebSocketChannels.Protocols);
            var channels = new WebSocketChannels(await http.WebSockets.AcceptWebSocketAsync(chosen));

            // As a real server does: the first message shows clients and proxies that the way is open.
            await channels.WriteAsync(isError: false, ReadOnlyMemory<byte>.Empty);
            return channels;
        }

        if (!IsSpdy(http)) throw ApiFaults.BadRequest("Upgrade request required: this is a stream, for a client that asks for a WebSocket or for SPDY/3.1");
        var versions = Versions(http);
        if (SpdyChannels.Protocols.FirstOrDefault(versions.Contains) is not { } version) return await RefuseAsync(http, versions, SpdyChannels.Protocols);
        return await SpdyChannels.AcceptAsync(await UpgradeAsync(http, version), choice, http.RequestAborted);
    }

    /// <summary>Whether the client asks for SPDY.</summary>
    public static bool IsSpdy(HttpContext http) => http.Request.Headers.Upgrade.ToString().Equals("SPDY/3.1", StringComparison.OrdinalIgnoreCase);

    /// <summary>The protocols that a SPDY client names.</summary>
    public static IReadOnlyList<string> Versions(HttpContext http) =>
        [.. http.Request.Headers[ProtocolHeader].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Makes the connection one of SPDY.</summary>
    public static async Task<Stream> UpgradeAsync(HttpContext http, string version)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) throw ApiFaults.BadRequest("SPDY/3.1 needs an upgrade of an HTTP/1.1 connection");
        http.Response.Headers.Upgrade = "SPDY/3.1";
        http.Response.Headers[ProtocolHeader] = version;
        return await upgrade.UpgradeAsync();
    }

    private static async Task<IRemoteChannels?> RefuseAsync(HttpContext http, IEnumerable<string> asked, IEnumerable<string> known)
    {
        http.Response.StatusCode = 403;
        await http.Response.WriteAsync($"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', asked)}], server accepts [{string.Join(' ', known)}]");
        return null;
    }
}
