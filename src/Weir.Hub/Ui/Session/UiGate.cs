using System.Net;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Query;
using Weir.Hub.Server;

namespace Weir.Hub.Ui.Session;

/// <summary>The way into the web UI's API: who asks, with what right, and in which words refusals and failures are told.</summary>
/// <param name="sessions">Who is signed in.</param>
/// <param name="tokens">Who else may ask, by a token in the request.</param>
/// <param name="wrong">Slows down who guesses.</param>
/// <param name="logger">Told of failures that are nobody's fault but ours.</param>
internal sealed partial class UiGate(SessionStore sessions, UiTokens tokens, WrongTokens wrong, ILogger logger)
{
    /// <summary>The cookie of a session.</summary>
    public const string Cookie = "weir_session";

    /// <summary>The header that repeats what the page was told when it signed in.</summary>
    public const string CsrfHeader = "X-Weir-Csrf";

    private const string Scheme = "Bearer ";

    /// <summary>Adds a route for who is signed in.</summary>
    public void Get(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) => routes.MapGet(path, c => GuardedAsync(c, answer, isChange: false));

    /// <summary>Adds a route that takes a body, for who is signed in and sends the CSRF header.</summary>
    public void Post(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) => routes.MapPost(path, c => GuardedAsync(c, answer, isChange: true));

    /// <summary>The same for operators alone.</summary>
    public void PostAsOperator(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) =>
        routes.MapPost(path, c => GuardedAsync(c, answer, isChange: true, UiRole.Operator));

    /// <summary>The same for DELETE.</summary>
    public void Delete(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) => routes.MapDelete(path, c => GuardedAsync(c, answer, isChange: true));

    /// <summary>Adds a route for anybody: to sign in.</summary>
    public void PostOpen(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) => routes.MapPost(path, c => ToldAsync(c, answer));

    /// <summary>The session of a request; null where it has none.</summary>
    public UiSession? SessionOf(HttpRequest request) => request.Cookies[Cookie] is { Length: > 0 } secret ? sessions.Find(secret) : null;

    /// <summary>The role of a token.</summary>
    /// <exception cref="UiProblem">It is nobody's, or too many wrong ones came from there.</exception>
    public UiRole Admit(string token, HttpContext context)
    {
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (wrong.Wait(from) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            throw new UiProblem($"Too many wrong tokens came from your address; try again in {seconds} s.") { Status = StatusCodes.Status429TooManyRequests, Code = "too-many-tries" };
        }

        if (tokens.RoleOf(token) is { } role) return role;
        wrong.Note(from);
        throw new UiProblem("This is not the token. It is in the hub's folder, and the lab prints it when it starts ('token' in 'weir lab up').") { Status = StatusCodes.Status401Unauthorized, Code = "wrong-token" };
    }

    private Task GuardedAsync(HttpContext context, Func<HttpContext, Task> answer, bool isChange, UiRole least = UiRole.Viewer) => ToldAsync(context, async _ =>
    {
        var shown = context.Request.Headers.Authorization.ToString();
        UiRole role;
        if (shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            role = Admit(shown[Scheme.Length..], context);
        }
        else
        {
            var session = SessionOf(context.Request)
                ?? throw new UiProblem("Nobody is signed in, or the session has ended; sign in again.") { Status = StatusCodes.Status401Unauthorized, Code = "no-session" };
            if (isChange && !IsEqual(context.Request.Headers[CsrfHeader].ToString(), session.Csrf))
                throw new UiProblem($"The request lacks the header {CsrfHeader} with what the sign-in answered; load the page again.") { Status = StatusCodes.Status403Forbidden, Code = "csrf" };
            role = session.Role;
        }

        if (role < least) throw new UiProblem("This needs an operator's token; yours is a viewer's.") { Status = StatusCodes.Status403Forbidden, Code = "role" };

        context.Response.Headers.CacheControl = "no-store";
        await answer(context);
    });

    private async Task ToldAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (UiProblem e)
        {
            await WriteAsync(context, e.Status, e.Code, e.Message, e.At);
        }
        catch (BadRequestException e)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, "bad-request", e.Message, null);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, "bad-request", e.Message, null);
        }
        catch (QueryFailedException e)
        {
            await WriteAsync(context, StatusCodes.Status504GatewayTimeout, "query-failed", e.Message, null);
        }
        catch (RpcException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(context, StatusCodes.Status502BadGateway, "nodes", $"The nodes could not be asked: {e.Status.Detail}", null);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception e)
        {
            Log.Failed(logger, context.Request.Method, context.Request.Path, e);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "failed", "The hub failed to answer; its log says why. Nothing was changed.", null);
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string code, string message, (int Start, int Length)? at)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // an answer that was cut off must not look whole
            return;
        }

        await JsonAnswer.WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", message);
            json.WriteString("code", code);
            if (at is { } place)
            {
                json.WriteNumber("start", place.Start);
                json.WriteNumber("length", place.Length);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static bool IsEqual(string shown, string wanted) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(wanted));

    private static partial class Log
    {
        [LoggerMessage(8100, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Failed(ILogger logger, string method, string path, Exception reason);
    }
}
