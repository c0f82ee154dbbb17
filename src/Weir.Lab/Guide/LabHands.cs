using System.Text.Json.Nodes;
using Weir.FlowLog.Query;
using Weir.Lab.Guide.Dashboards;
using Weir.Observe.Wire.Flows;

namespace Weir.Lab.Guide;

/// <summary>What the guide can do in a lab, whether its pods are real or simulated.</summary>
public sealed record LabHands
{
    /// <summary>Runs a shell command in the first pod with this label <c>app</c> in the namespace <c>pets</c>.</summary>
    public required Func<string, string, CancellationToken, Task<CommandResult>> ExecAsync { get; init; }

    /// <summary>Applies a manifest's text to the namespace <c>pets</c> and waits until every agent enforces it.</summary>
    public required Func<string, CancellationToken, Task> ApplyAsync { get; init; }

    /// <summary>Deletes the objects of a manifest's text from the namespace <c>pets</c> and waits until every agent knows.</summary>
    public required Func<string, CancellationToken, Task> DeleteAsync { get; init; }

    /// <summary>The cluster's Hubble.</summary>
    public required HubbleHands Hubble { get; init; }

    /// <summary>Removes every policy of the namespace <c>pets</c> and waits until no agent enforces one.</summary>
    public required Func<CancellationToken, Task> ClearPoliciesAsync { get; init; }

    /// <summary>One line a pod of <c>pets</c>: name, ready, status, as <c>kubectl get pods</c> prints them.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<string>>> ListPodsAsync { get; init; }

    /// <summary>One line a policy of <c>pets</c>: name and whether it is valid.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<string>>> ListPoliciesAsync { get; init; }

    /// <summary>Asks the load balancer of a service of <c>pets</c> from outside the cluster.</summary>
    public required Func<string, CancellationToken, Task<CommandResult>> FetchFromOutsideAsync { get; init; }

    /// <summary>Waits, within bounds, for a flow seen after a time that matches the filter and the condition.</summary>
    public required Func<FlowFilter, Func<Flow, bool>, DateTimeOffset, CancellationToken, Task<Flow?>> FindFlowAsync { get; init; }

    /// <summary>An object of the API, by its path.</summary>
    public required Func<string, CancellationToken, Task<JsonObject>> GetAsync { get; init; }

    /// <summary>Asks the hub in KQL.</summary>
    public required Func<string, CancellationToken, Task<QueryAnswer>> AskAsync { get; init; }

    /// <summary>The cluster's metrics.</summary>
    public required DashboardHands Dashboards { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
