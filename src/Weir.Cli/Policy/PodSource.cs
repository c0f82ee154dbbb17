using System.CommandLine;
using Weir.Policy.Lint;

namespace Weir.Cli.Policy;

/// <summary>The option that tells which pods exist besides those of the manifests.</summary>
internal static class PodSource
{
    /// <summary><c>--endpoints</c>.</summary>
    public static Option<string?> Endpoints { get; } = new("--endpoints")
    {
        Description = "The pods that exist: a YAML list with namespace, name and labels, or what 'kubectl get pods -A -o yaml' prints",
    };

    /// <summary>The pods of the file; none where the option is not given.</summary>
    /// <exception cref="UsageException">The file is missing or malformed.</exception>
    public static IReadOnlyList<KnownPod> Read(ParseResult parsed)
    {
        if (parsed.GetValue(Endpoints) is not { } name) return [];
        List<Weir.Policy.Documents.PolicyProblem> problems = [];
        var pods = EndpointsFile.Read(PolicyFiles.ReadText(name), problems);
        return problems.Count == 0 ? pods : throw new UsageException((problems[0] with { File = name }).ToString());
    }
}
