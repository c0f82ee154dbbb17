using System.CommandLine;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Cleanup;
using Weir.Lab.Front;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab status</c>: what runs, and how it is.</summary>
internal static class LabStatusCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Makes the command.</summary>
    /// <param name="run">The option for the lab's folder.</param>
    public static Command Create(Option<string?> run)
    {
        var command = new Command("status", "Show the lab of this machine: nodes, pods, processes, and what it serves; exit code 1 when none is up") { run };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(run), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? given, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (LabUp.RunningIn(given) is not { } folder)
        {
            await error.WriteLineAsync("weir lab: no lab is up.");
            return 1;
        }

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_patience);
            foreach (var line in await LinesAsync(folder, patience.Token)) await output.WriteLineAsync(line);
            return 0;
        }
        catch (Exception e) when (e is HttpRequestException or ApiRefusedException or OperationCanceledException)
        {
            await error.WriteLineAsync($"weir lab: a lab runs in {folder}, but its API does not answer: {e.Message}");
            return 1;
        }
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(string folder, CancellationToken cancellation)
    {
        using var connection = KubernetesConnection.Open($"unix:{folder}/api.sock");
        var nodes = await ListAsync(connection, "/api/v1/nodes", cancellation);
        var pods = await ListAsync(connection, "/api/v1/pods", cancellation);
        var services = LabServices.Read(folder);
        List<string> lines =
        [
            $"folder {folder}",
            $"nodes {nodes.Count(IsReady)} of {nodes.Count} ready",
            $"pods {pods.Count(IsWell)} of {pods.Count} ready",
            .. pods.Where(p => !IsWell(p)).Select(p => $"  not ready: {p.Text("metadata", "namespace")}/{p.Text("metadata", "name")} ({p.Text("status", "phase")})"),
            .. LabProcesses.Of(folder).Select(p => $"process {p.Id} {p.Command}"),
            .. services?.Lines ?? [],
        ];
        return lines;
    }

    private static async Task<List<JsonNode>> ListAsync(KubernetesConnection connection, string path, CancellationToken cancellation) =>
        [.. (await connection.SendAsync(HttpMethod.Get, path, null, cancellation)).Items("items")];

    // A pod that has done its work is as good as a ready one.
    private static bool IsWell(JsonNode pod) => IsReady(pod) || pod.Text("status", "phase") == "Succeeded";

    private static bool IsReady(JsonNode one) => one.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");
}
