using Weir.Agent.Endpoints;
using Weir.Datapath;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Agent.Intent;

/// <summary>A pod of this node as it is being enforced.</summary>
internal sealed class LocalEndpoint(EndpointRecord record)
{
    /// <summary>What was given out to it.</summary>
    public EndpointRecord Record { get; } = record;

    /// <summary>Its identity; <see cref="SecurityIdentity.Init"/> until the cluster has given one to its labels.</summary>
    public SecurityIdentity Identity { get; set; } = SecurityIdentity.Init;

    /// <summary>What its policy was resolved for; null until its labels are known.</summary>
    public EndpointSubject? Subject { get; set; }

    /// <summary>The policy in force; null until the first one.</summary>
    public EndpointPolicy? Policy { get; set; }

    /// <summary>Completes when its own policy is in force.</summary>
    public TaskCompletionSource Enforced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its addresses.</summary>
    public IEnumerable<IpAddress> Addresses
    {
        get
        {
            if (Record.IPv4 is { } v4) yield return IpAddress.Parse(v4);
            if (Record.IPv6 is { } v6) yield return IpAddress.Parse(v6);
        }
    }

    /// <summary>The endpoint as the datapath takes it.</summary>
    public EndpointSpec Spec => new(
        Record.EndpointId,
        Record.HostInterface,
        Record.IPv4 is { } v4 ? IpAddress.Parse(v4) : default,
        Record.IPv6 is { } v6 ? IpAddress.Parse(v6) : default,
        Identity);
}
