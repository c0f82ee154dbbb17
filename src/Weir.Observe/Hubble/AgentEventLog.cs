using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Hubble;

/// <summary>The newest things that a node's agent did, for those who ask what happened before a flow was dropped.</summary>
/// <remarks>Any thread writes, any number of readers follow; the oldest events make room. A few a second, so one lock does.</remarks>
public sealed class AgentEventLog
{
    private readonly GetAgentEventsResponse[] _slots;
    private readonly Lock _gate = new();
    private readonly string _nodeName;
    private readonly TimeProvider _time;
    private long _next;
    private TaskCompletionSource _arrival = NewArrival();

    /// <summary>Makes a log that begins with the agent's start.</summary>
    /// <param name="nodeName">The node.</param>
    /// <param name="time">The clock.</param>
    /// <param name="capacity">How many events are kept. Default: 1,024.</param>
    public AgentEventLog(string nodeName, TimeProvider time, int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_nodeName, _time) = (nodeName, time);
        _slots = new GetAgentEventsResponse[capacity];
        Add(new AgentEvent { Type = AgentEventType.AgentStarted, AgentStart = new TimeNotification { Time = Now() } });
    }

    /// <summary>The number that the next event will get.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>The oldest event that is still there.</summary>
    public long Oldest => Math.Max(0, Next - _slots.Length);

    /// <summary>A policy came, changed, or went.</summary>
    /// <param name="labels">What names it, such as <c>k8s:io.cilium.k8s.policy.name=allow</c>.</param>
    /// <param name="revision">How many changes of policy there were before it.</param>
    /// <param name="rules">How many rules it has.</param>
    /// <param name="isThere">False when it went.</param>
    public void PolicyChanged(IEnumerable<string> labels, ulong revision, int rules, bool isThere)
    {
        var update = new PolicyUpdateNotification { Revision = revision, RuleCount = rules };
        update.Labels.AddRange(labels);
        Add(new AgentEvent { Type = isThere ? AgentEventType.PolicyUpdated : AgentEventType.PolicyDeleted, PolicyUpdate = update });
    }

    /// <summary>A pod came or went.</summary>
    public void EndpointChanged(uint id, string ns, string pod, IEnumerable<string> labels, bool isThere)
    {
        var update = new EndpointUpdateNotification { Id = id, Namespace = ns, PodName = pod };
        update.Labels.AddRange(labels);
        Add(new AgentEvent { Type = isThere ? AgentEventType.EndpointCreated : AgentEventType.EndpointDeleted, EndpointUpdate = update });
    }

    /// <summary>A pod's policy was written to the datapath.</summary>
    /// <param name="id">The pod's number on this node.</param>
    /// <param name="labels">Its identity's labels.</param>
    /// <param name="error">Why that failed; null where it did not.</param>
    public void EndpointRegenerated(uint id, IEnumerable<string> labels, string? error)
    {
        var regenerated = new EndpointRegenNotification { Id = id, Error = error ?? "" };
        regenerated.Labels.AddRange(labels);
        Add(new AgentEvent
        {
            Type = error is null ? AgentEventType.EndpointRegenerateSuccess : AgentEventType.EndpointRegenerateFailure,
            EndpointRegenerate = regenerated,
        });
    }

    /// <summary>A range of addresses got an identity, another one, or none.</summary>
    /// <param name="cidr">The range.</param>
    /// <param name="identity">The identity; of a range that went, its last one.</param>
    /// <param name="before">The identity that it had; null where it had none.</param>
    /// <param name="isThere">False when it went.</param>
    public void AddressChanged(string cidr, uint identity, uint? before, bool isThere) => Add(new AgentEvent
    {
        Type = isThere ? AgentEventType.IpcacheUpserted : AgentEventType.IpcacheDeleted,
        IpcacheUpdate = new IPCacheNotification { Cidr = cidr, Identity = identity, OldIdentity = before },
    });

    /// <summary>A service's frontend came or changed.</summary>
    /// <param name="id">Its number on this node.</param>
    /// <param name="frontend">Its address and port.</param>
    /// <param name="backends">Where it leads.</param>
    public void ServiceUpserted(uint id, (string Address, ushort Port) frontend, IEnumerable<(string Address, ushort Port)> backends)
    {
        var upsert = new ServiceUpsertNotification { Id = id, FrontendAddress = new ServiceUpsertNotificationAddr { Ip = frontend.Address, Port = frontend.Port } };
        upsert.BackendAddresses.AddRange(backends.Select(b => new ServiceUpsertNotificationAddr { Ip = b.Address, Port = b.Port }));
#pragma warning disable CS0612 // deprecated, and still the only event about services that clients print
        Add(new AgentEvent { Type = AgentEventType.ServiceUpserted, ServiceUpsert = upsert });
#pragma warning restore CS0612
    }

    /// <summary>A service's frontend went.</summary>
#pragma warning disable CS0612 // as above
    public void ServiceDeleted(uint id) =>
        Add(new AgentEvent { Type = AgentEventType.ServiceDeleted, ServiceDelete = new ServiceDeleteNotification { Id = id } });
#pragma warning restore CS0612

    /// <summary>The event with this number; null when it is not written yet, or no longer kept.</summary>
    internal GetAgentEventsResponse? Read(long number)
    {
        lock (_gate) return number >= Oldest && number < _next ? _slots[number % _slots.Length] : null;
    }

    /// <summary>Completes when an event with this number, or a later one, is there.</summary>
    internal Task WaitAsync(long number, CancellationToken cancellation)
    {
        lock (_gate) return _next > number ? Task.CompletedTask : _arrival.Task.WaitAsync(cancellation);
    }

    private void Add(AgentEvent happened)
    {
        TaskCompletionSource arrival;
        lock (_gate)
        {
            _slots[_next % _slots.Length] = new GetAgentEventsResponse { AgentEvent = happened, NodeName = _nodeName, Time = Now() };
            Volatile.Write(ref _next, _next + 1);
            (arrival, _arrival) = (_arrival, NewArrival());
        }

        arrival.TrySetResult();
    }

    private Timestamp Now() => Timestamp.FromDateTimeOffset(_time.GetUtcNow());

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
