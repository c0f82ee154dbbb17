using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Access;

/// <summary>The way into the server: who asks, and whether they may, before anything is looked up for them.</summary>
internal sealed class FrontRequests(Authenticator authenticator, ApiRequests requests)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            var user = authenticator.Of(http);
            if (user == ApiUser.Anonymous && !IsPublic(http.Request.Path.Value ?? "")) throw Authenticator.Refusal();
        }
        catch (ApiStatusException fault)
        {
            await Answer.FaultAsync(http, fault);
            return;
        }

        await requests.HandleAsync(http);
    }

    // What a real server shows to everyone: whether it lives, and its version.
    private static bool IsPublic(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries)
        is ["healthz" or "livez" or "readyz", ..] or ["version"];
}
