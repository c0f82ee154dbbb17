using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>Answers <c>log</c>, <c>exec</c>, <c>attach</c> and <c>portforward</c> of a pod.</summary>
internal sealed class PodStreamRequests(ObjectStore store, NodePods? pods, TimeProvider time, CancellationToken stopping)
{
    /// <summary>The subresources that this answers.</summary>
    public static bool Answers(string method, string subresource) => (method, subresource) is ("GET", "log") or ("GET" or "POST", "exec" or "attach" or "portforward");

    /// <summary>Handles one request.</summary>
    public Task HandleAsync(HttpContext http, ApiTarget target)
    {
        var stored = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
        var pod = stored.Document();
        if (pods is null) throw new ApiStatusException(501, "NotImplemented", "this server has no nodes, so no pod of its has streams");
        if (string.IsNullOrEmpty(pod.Text("spec", "nodeName"))) throw ApiFaults.BadRequest($"pod {target.Name} does not have a host assigned");
        var run = pods.Find(target.Namespace, target.Name);
        return target.Subresource switch
        {
            "log" => LogAsync(http, pod, run),
            "portforward" => PortForwardRequests.HandleAsync(http, target.Name, run, stopping),
            var how => CommandAsync(http, pod, run, isExec: how == "exec"),
        };
    }

    private async Task LogAsync(HttpContext http, JsonObject pod, PodRun? run)
    {
        var query = LogQuery.Read(http.Request.Query, time);
        var container = PodContainers.Choose(pod, http.Request.Query["container"].ToString());
        var life = run?.Container(container);
        var log = query.Previous ? life?.PreviousLog : life?.Log;
        if (log is null)
        {
            var name = pod.Text("metadata", "name");
            throw ApiFaults.BadRequest(query.Previous
                ? $"previous terminated container \"{container}\" in pod \"{name}\" not found"
                : $"container \"{container}\" in pod \"{name}\" is waiting to start: {PodContainers.WaitingReason(pod, container)}");
        }

        http.Response.ContentType = "text/plain";
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await new LogReader(log, query, http.Response.BodyWriter).SendAsync(over.Token);
        }
        catch (FileNotFoundException)
        {
            // The pod went meanwhile, and its log with it: what was sent is all there is.
        }
        catch (OperationCanceledException)
        {
            // The client has seen enough, or the lab stops.
        }
    }

    private async Task CommandAsync(HttpContext http, JsonObject pod, PodRun? run, bool isExec)
    {
        var choice = StreamChoice.Read(http.Request.Query);
        var container = PodContainers.Choose(pod, http.Request.Query["container"].ToString());
        string[] command = [.. http.Request.Query["command"].OfType<string>()];
        if (isExec && command.Length == 0) throw ApiFaults.BadRequest("you must specify at least one command for the container");
        if (run?.Container(container) is not { State.RunningSince: not null } life)
        {
            // Word for word what a kubelet says, which clients look for.
            await PlainAsync(http, 404, $"container not found (\"{container}\")");
            return;
        }

        if (!isExec && life.Streams is null) throw ApiFaults.BadRequest($"container {container} has no streams to attach to: this lab is simulated");

        // A terminal is the container's, not the client's to have where there is none.
        if (!isExec && choice.Tty && !life.Spec.Tty) choice = choice with { Tty = false };
        if (await ChannelUpgrade.AcceptAsync(http, choice) is not { } channels) return;
        await using (channels)
        {
            await using var session = isExec ? await life.ExecAsync(command, choice.Tty) : life.Attach();
            await RemoteCommand.RunAsync(channels, session, choice, tellsExitCode: isExec, stopping);
        }
    }

    private static Task PlainAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(text);
    }
}
