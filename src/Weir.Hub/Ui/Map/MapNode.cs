namespace Weir.Hub.Ui.Map;

/// <summary>A card of the map.</summary>
/// <param name="id">Its name in links.</param>
/// <param name="kind">What it is: <c>workload</c>, <c>namespace</c>, or an entity.</param>
/// <param name="ns">Its namespace; empty where it has none.</param>
/// <param name="name">Its name.</param>
/// <param name="workloadKind">What kind of workload it is.</param>
internal sealed class MapNode(string id, string kind, string ns, string name, string workloadKind)
{
    /// <summary>Its name in links.</summary>
    public string Id => id;

    /// <summary>What it is.</summary>
    public string Kind => kind;

    /// <summary>Its namespace.</summary>
    public string Namespace => ns;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What kind of workload it is.</summary>
    public string WorkloadKind => workloadKind;

    /// <summary>Whether it is a pod's, and not outside.</summary>
    public bool IsInside => kind is "workload" or "namespace";

    /// <summary>The address that it stands for where nobody knows more of it; empty else.</summary>
    public string Address { get; init; } = "";

    /// <summary>What it was asked.</summary>
    public RequestTable Requests { get; } = new();
}
