using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Policy.Testing;

/// <summary>Everything that a flow is asked in: policies and what they are about.</summary>
public sealed record CaseWorld
{
    /// <summary>What the meaning depends on besides.</summary>
    public PolicyConfiguration Configuration { get; init; } = new();

    /// <summary>The policies.</summary>
    public required IReadOnlyList<PolicySpec> Policies { get; init; }

    /// <summary>The pods.</summary>
    public required IReadOnlyList<CaseEndpoint> Endpoints { get; init; }

    /// <summary>The CIDR groups.</summary>
    public IReadOnlyList<CidrGroup> CidrGroups { get; init; } = [];

    /// <summary>The services.</summary>
    public IReadOnlyList<ServiceBackends> Services { get; init; } = [];

    /// <summary>The names learned.</summary>
    public IReadOnlyList<LearnedName> Names { get; init; } = [];

    /// <summary>Addresses outside the cluster at which the API server is.</summary>
    public IReadOnlyList<Model.IpAddress> ApiServers { get; init; } = [];
}
