using System.CommandLine;
using Weir.Policy.Documents;
using Weir.Policy.Testing;

namespace Weir.Cli.Policy;

/// <summary>The options that say which policies and pods a question is about: files, or else a cluster.</summary>
internal static class WorldSource
{
    /// <summary><c>-f</c>.</summary>
    public static Option<string[]> Files { get; } = new("--file", "-f")
    {
        Description = "Manifests of policies and workloads, folders of them, or - for standard input. Default: what the cluster holds",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary><c>--api</c>.</summary>
    public static Option<string> Api { get; } = new("--api")
    {
        Description = "The cluster, where no files are given: unix:PATH, kubeconfig:PATH, kubeconfig: or in-cluster",
        DefaultValueFactory = _ => $"unix:{Lab.LabFiles.RunFolder}/api.sock",
    };

    /// <summary>The policies and pods that the options name.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="files">The files instead of those of <c>-f</c>; null for those.</param>
    /// <param name="ns">The namespace of documents that name none.</param>
    /// <param name="cancellation">Ends the wait for a cluster.</param>
    /// <exception cref="UsageException">There are none to be had.</exception>
    public static async Task<WorldFiles> ReadAsync(ParseResult parsed, IReadOnlyList<TextFile>? files, string ns, CancellationToken cancellation)
    {
        files ??= PolicyFiles.Read(parsed.GetValue(Files) ?? []);
        var pods = PodSource.Read(parsed);
        return files.Count > 0
            ? WorldFiles.Read(files, ns, pods)
            : await ClusterWorld.ReadAsync(parsed.GetRequiredValue(Api), pods, cancellation);
    }

    /// <summary>Says which policies are left out of an answer, since they are invalid.</summary>
    /// <returns>1 where there are some, else 0.</returns>
    public static async Task<int> ReportAsync(ParseResult parsed, params IEnumerable<WorldFiles> worlds)
    {
        var code = 0;
        foreach (var problem in worlds.SelectMany(w => w.Problems))
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"left out, as it would be refused: {problem}");
            code = 1;
        }

        return code;
    }
}
