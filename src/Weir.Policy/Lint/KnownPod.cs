using Weir.Model;

namespace Weir.Policy.Lint;

/// <summary>A pod that exists, or will once the files are applied.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, or one that its workload could give it.</param>
/// <param name="Labels">The labels of its identity.</param>
public sealed record KnownPod(string Namespace, string Name, LabelSet Labels);
