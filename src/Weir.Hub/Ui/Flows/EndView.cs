using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Flows;

/// <summary>One end of a flow, read in place from a <c>flow.Endpoint</c>.</summary>
internal readonly ref struct EndView
{
    /// <summary>Reads it.</summary>
    public EndView(ReadOnlySpan<byte> endpoint)
    {
        Message = endpoint;
        var fields = new WireFields(endpoint);
        while (fields.TryNext(out var field, out var number, out var value))
        {
            switch (field)
            {
                case Msg.Endpoint.IdentityFieldNumber: Identity = (uint)number; break;
                case Msg.Endpoint.NamespaceFieldNumber: Namespace = value; break;
                case Msg.Endpoint.PodNameFieldNumber: Pod = value; break;
                case Msg.Endpoint.WorkloadsFieldNumber when Workload.IsEmpty:
                    Workload = Wire.Text(value, Msg.Workload.NameFieldNumber);
                    WorkloadKind = Wire.Text(value, Msg.Workload.KindFieldNumber);
                    break;
            }
        }
    }

    /// <summary>The message, for its labels.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Its security identity.</summary>
    public uint Identity { get; }

    /// <summary>The pod's namespace; empty for what is no pod.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The pod; empty for what is no pod.</summary>
    public ReadOnlySpan<byte> Pod { get; }

    /// <summary>What made the pod.</summary>
    public ReadOnlySpan<byte> Workload { get; }

    /// <summary>Its kind.</summary>
    public ReadOnlySpan<byte> WorkloadKind { get; }

    /// <summary>What it is where it is no pod: <c>world</c>, <c>host</c>, …; null for a pod. A CIDR is the world.</summary>
    public string? Entity => Pod.IsEmpty ? new Model.SecurityIdentity(Identity) is { IsReserved: true } reserved ? reserved.ReservedName ?? "unknown" : Identity >= Model.SecurityIdentity.FirstLocal ? "world" : "unknown" : null;
}
