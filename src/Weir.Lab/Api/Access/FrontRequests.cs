using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Access;

/// <summary>The way into the server: who asks, and whether they may, before anything is looked up for them.</summary>
internal sealed class FrontRequests(Authenticator authenticator, RoleRules rules, ApiRequests requests)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            http.Features.Set(Enter(http));
        }
        catch (ApiStatusException fault)
        {
            await Answer.FaultAsync(http, fault);
            return;
        }

        await requests.HandleAsync(http);
    }

    /// <summary>Who sends a request that was let in.</summary>
    public static ApiUser UserOf(HttpContext http) => http.Features.Get<ApiUser>() ?? throw new InvalidOperationException("The request was not let in.");

    private ApiUser Enter(HttpContext http)
    {
        var user = authenticator.Of(http);
        if (user == ApiUser.Anonymous) return IsPublic(http.Request.Path.Value ?? "") ? user : throw Authenticator.Refusal();
        user = Impersonation.Of(http.Request, user, attributes => Demand(user, attributes));
        if (!user.IsMaster) Demand(user, RequestAttributes.Of(http.Request));
        return user;
    }

    private void Demand(ApiUser user, RequestAttributes attributes)
    {
        var (allowed, reason) = rules.Decide(user, attributes);
        if (!allowed) throw Forbidden(user, attributes, reason);
    }

    // The words are a real server's, to the letter: scripts and people look for them.
    private static ApiStatusException Forbidden(ApiUser user, RequestAttributes asked, string reason)
    {
        var where = asked.Namespace.Length > 0 ? $"in the namespace \"{asked.Namespace}\"" : "at the cluster scope";
        var text = asked.IsResource
            ? $"User \"{user.Name}\" cannot {asked.Verb} resource \"{asked.ResourcePath}\" in API group \"{asked.Group}\" {where}"
            : $"User \"{user.Name}\" cannot {asked.Verb} path \"{asked.Path}\"";
        if (reason.Length > 0) text += $": {reason}";
        var details = new JsonObject();
        if (asked.Name.Length > 0) details["name"] = asked.Name;
        if (asked.Group.Length > 0) details["group"] = asked.Group;
        if (asked.IsResource) details["kind"] = asked.Resource;
        var subject = asked.Group.Length > 0 ? $"{asked.Resource}.{asked.Group}" : asked.Resource;
        var prefix = !asked.IsResource ? "forbidden" : asked.Name.Length == 0 ? $"{subject} is forbidden" : $"{subject} \"{asked.Name}\" is forbidden";
        return new ApiStatusException(403, "Forbidden", $"{prefix}: {text}", details);
    }

    // What a real server shows to everyone: whether it lives, and its version.
    private static bool IsPublic(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries)
        is ["healthz" or "livez" or "readyz", ..] or ["version"];
}
