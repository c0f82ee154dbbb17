namespace Weir.Policy.Lint;

/// <summary>What a check knows besides the files.</summary>
public sealed record LintOptions
{
    /// <summary>The namespace of policies that name none; null: the only one that the files name, else <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pods of a cluster or of an endpoints file; those that the files' workloads make are added.</summary>
    public IReadOnlyList<KnownPod> Pods { get; init; } = [];
}
