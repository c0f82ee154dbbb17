using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Flows;

/// <summary>A flow read in place from the bytes that a node or the store sent: texts stay UTF-8, nothing is allocated.</summary>
/// <remarks>Lives no longer than the bytes that it was read from.</remarks>
internal readonly ref struct FlowView
{
    private FlowView(ReadOnlySpan<byte> flow)
    {
        Message = flow;
        var fields = new WireFields(flow);
        while (fields.TryNext(out var field, out var number, out var value))
        {
            switch (field)
            {
                case Msg.Flow.TimeFieldNumber: TimeNanoseconds = ReadTime(value); break;
                case Msg.Flow.VerdictFieldNumber: Verdict = (int)number; break;
                case Msg.Flow.IPFieldNumber:
                    SourceIp = Wire.Text(value, Msg.IP.SourceFieldNumber);
                    DestinationIp = Wire.Text(value, Msg.IP.DestinationFieldNumber);
                    break;
                case Msg.Flow.L4FieldNumber: ReadTransport(value, out _protocol, out _sourcePort, out _destinationPort); break;
                case Msg.Flow.SourceFieldNumber: Source = new EndView(value); break;
                case Msg.Flow.DestinationFieldNumber: Destination = new EndView(value); break;
                case Msg.Flow.TypeFieldNumber: Type = (int)number; break;
                case Msg.Flow.NodeNameFieldNumber: Node = value; break;
                case Msg.Flow.L7FieldNumber: L7 = new L7View(value); break;
                case Msg.Flow.EventTypeFieldNumber: Kind = (int)Wire.Number(value, Msg.CiliumEventType.TypeFieldNumber); break;
                case Msg.Flow.SourceServiceFieldNumber: SourceService = value; break;
                case Msg.Flow.DestinationServiceFieldNumber: DestinationService = value; break;
                case Msg.Flow.TrafficDirectionFieldNumber: Direction = (int)number; break;
                case Msg.Flow.TraceObservationPointFieldNumber: Point = (int)number; break;
                case Msg.Flow.DropReasonDescFieldNumber: Reason = (int)number; break;
                case Msg.Flow.IsReplyFieldNumber: IsReply = Wire.Number(value, 1) != 0; break;
                case Msg.Flow.UuidFieldNumber: Id = value; break;
#pragma warning disable CS0612 // what is deprecated is what Hubble's clients print
                case Msg.Flow.SummaryFieldNumber: Summary = value; break;
#pragma warning restore CS0612
                case Msg.Flow.AggregateFieldNumber: Count = Math.Max(1, ReadCount(value)); break;
            }
        }
    }

    private readonly Transport _protocol;
    private readonly int _sourcePort;
    private readonly int _destinationPort;

    /// <summary>The <c>flow.Flow</c> message, for its lists.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>When: nanoseconds since 1970.</summary>
    public long TimeNanoseconds { get; }

    /// <summary>Its identifier.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>A number of <c>flow.Verdict</c>.</summary>
    public int Verdict { get; }

    /// <summary>A number of <c>flow.DropReason</c>; 0 where nothing was dropped.</summary>
    public int Reason { get; }

    /// <summary>A number of <c>flow.FlowType</c>.</summary>
    public int Type { get; }

    /// <summary>A number of <see cref="Model.FlowKind"/>.</summary>
    public int Kind { get; }

    /// <summary>1 ingress, 2 egress, 0 unknown.</summary>
    public int Direction { get; }

    /// <summary>A number of <c>flow.TraceObservationPoint</c>.</summary>
    public int Point { get; }

    /// <summary>Whether it runs against the connection's opening; null where unknown.</summary>
    public bool? IsReply { get; }

    /// <summary>The transport protocol.</summary>
    public Transport Protocol => _protocol;

    /// <summary>The sender's port; for ICMP the type.</summary>
    public int SourcePort => _sourcePort;

    /// <summary>The receiver's port; for ICMP the code.</summary>
    public int DestinationPort => _destinationPort;

    /// <summary>The sender's address.</summary>
    public ReadOnlySpan<byte> SourceIp { get; }

    /// <summary>The receiver's address.</summary>
    public ReadOnlySpan<byte> DestinationIp { get; }

    /// <summary>The sender.</summary>
    public EndView Source { get; }

    /// <summary>The receiver.</summary>
    public EndView Destination { get; }

    /// <summary>The service behind the sender's address, a <c>flow.Service</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> SourceService { get; }

    /// <summary>The service that was addressed.</summary>
    public ReadOnlySpan<byte> DestinationService { get; }

    /// <summary>The request or answer that a proxy saw.</summary>
    public L7View L7 { get; }

    /// <summary>The node.</summary>
    public ReadOnlySpan<byte> Node { get; }

    /// <summary>Hubble's one-line summary.</summary>
    public ReadOnlySpan<byte> Summary { get; }

    /// <summary>How many flows it stands for.</summary>
    public long Count { get; } = 1;

    /// <summary>The flow of a <c>GetFlowsResponse</c>.</summary>
    /// <param name="response">The message.</param>
    public static FlowView Of(ReadOnlySpan<byte> response) => new(Wire.Text(response, 1));

    private static void ReadTransport(ReadOnlySpan<byte> layer, out Transport protocol, out int source, out int destination)
    {
        (protocol, source, destination) = (Transport.None, 0, 0);
        var fields = new WireFields(layer);
        if (!fields.TryNext(out var field, out _, out var value)) return;
        protocol = field is >= 1 and <= 5 ? (Transport)field : Transport.None;
        (source, destination) = ((int)Wire.Number(value, 1), (int)Wire.Number(value, 2));
    }

    private static long ReadTime(ReadOnlySpan<byte> timestamp) => ((long)Wire.Number(timestamp, 1) * 1_000_000_000) + (long)Wire.Number(timestamp, 2);

    private static long ReadCount(ReadOnlySpan<byte> aggregate) => (long)(Wire.Number(aggregate, 1) + Wire.Number(aggregate, 2) + Wire.Number(aggregate, 3));
}
