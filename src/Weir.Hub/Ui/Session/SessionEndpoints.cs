using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Hub.Server;

namespace Weir.Hub.Ui.Session;

/// <summary><c>/ui/api/session</c>: signing in, who one is, and signing out.</summary>
/// <param name="gate">The way in.</param>
/// <param name="sessions">Who is signed in.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="version">The hub's version.</param>
internal sealed class SessionEndpoints(UiGate gate, SessionStore sessions, string cluster, string version)
{
    private const string Path = "/ui/api/session";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.PostOpen(routes, Path, SignInAsync);
        gate.Get(routes, Path, c => WriteAsync(c, gate.SessionOf(c.Request) ?? throw new UiProblem("Nobody is signed in here; a token in each request needs no session.") { Status = StatusCodes.Status401Unauthorized, Code = "no-session" }));
        gate.Delete(routes, Path, SignOut);
    }

    private async Task SignInAsync(HttpContext context)
    {
        using var body = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
        var token = BodyReader.Text(body.RootElement, "token") ?? throw new UiProblem("The request has no 'token'.");
        var (secret, session) = sessions.Open(gate.Admit(token, context));
        context.Response.Cookies.Append(UiGate.Cookie, secret, Options(session.Expires));
        context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context, session);
    }

    private Task SignOut(HttpContext context)
    {
        if (context.Request.Cookies[UiGate.Cookie] is { } secret) sessions.Close(secret);
        context.Response.Cookies.Delete(UiGate.Cookie, Options(null));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static CookieOptions Options(DateTimeOffset? expires) => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/ui", Expires = expires };

    private Task WriteAsync(HttpContext context, UiSession session) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("role", session.Role == UiRole.Operator ? "operator" : "viewer");
        json.WriteString("csrf", session.Csrf);
        json.WriteString("expires", session.Expires);
        json.WriteString("cluster", cluster);
        json.WriteString("version", version);
        json.WriteEndObject();
    });
}
