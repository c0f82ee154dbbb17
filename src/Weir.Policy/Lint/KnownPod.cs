using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Lint;

/// <summary>A pod that exists, or will once the files are applied.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, or one that its workload could give it.</param>
/// <param name="Labels">The labels of its identity.</param>
public sealed record KnownPod(string Namespace, string Name, LabelSet Labels)
{
    /// <summary>What makes it; its own name where nothing does.</summary>
    public string Workload { get; init; } = Name;

    /// <summary>Its container ports; those without a name have an empty one.</summary>
    public IReadOnlyList<NamedPort> Ports { get; init; } = [];
}
