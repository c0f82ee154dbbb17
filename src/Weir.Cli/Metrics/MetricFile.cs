using System.Text.Json.Nodes;
using Weir.Cli.Policy;
using Weir.FlowLog.Selection;
using Weir.Policy.Documents;

namespace Weir.Cli.Metrics;

/// <summary>A file with a ContainerNetworkMetric, read as the agent will read it.</summary>
/// <param name="Selections">Its filters.</param>
/// <param name="Faults">Why it would be refused, one sentence each; empty where it would not.</param>
/// <param name="Findings">What in it means something else than it seems to.</param>
internal sealed record MetricFile(IReadOnlyList<MetricSelection> Selections, IReadOnlyList<string> Faults, IReadOnlyList<string> Findings)
{
    private const string Kind = "ContainerNetworkMetric";

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">There is no such file, or no such resource in it.</exception>
    public static MetricFile Read(string name)
    {
        var problems = new List<PolicyProblem>();
        var documents = YamlNodes.Read(PolicyFiles.ReadText(name), problems);
        if (problems.Count > 0) return new MetricFile([], [.. problems.Select(p => (p with { File = name }).ToString())], []);
        var found = documents.Where(d => d.Find("kind")?.Text == Kind).Select(YamlText.ToJson).OfType<JsonObject>().ToList();
        if (found.Count == 0) throw new UsageException($"{name} has no {Kind}.");
        if (found.Count > 1) return new MetricFile([], [$"{name} has {found.Count} of kind {Kind}; a cluster has one."], []);
        var selections = MetricReader.Read(found[0], out var faults);
        return new MetricFile(selections, [.. faults.Select(f => $"{name}: {f}")], [.. MetricLint.Find(found[0]).Select(f => $"{name}: {f}")]);
    }
}
