using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Wire;

/// <summary>Hubble's observer service with flows as frames: the same names and bytes as the generated one.</summary>
/// <remarks>Public, with the members that gRPC's server and its reflection look for by name.</remarks>
public static class ObserverWire
{
    /// <summary>The service's name on the wire.</summary>
    public const string ServiceName = "observer.Observer";

    /// <summary>GetFlows, with frames for messages.</summary>
    public static Method<GetFlowsRequest, FlowFrame> GetFlows { get; } =
        new(MethodType.ServerStreaming, ServiceName, "GetFlows", MessageOf(GetFlowsRequest.Parser), Marshallers.Create(WriteFrame, ReadFrame));

    /// <summary>The service as its .proto file describes it.</summary>
    public static ServiceDescriptor Descriptor => Observer.Descriptor;

    /// <summary>Tells the server which methods there are; called by name.</summary>
    public static void BindService(ServiceBinderBase binder, Base? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(GetFlows, service is null ? null : service.GetFlows);
        binder.AddMethod(
            new Method<GetAgentEventsRequest, GetAgentEventsResponse>(
                MethodType.ServerStreaming, ServiceName, "GetAgentEvents", MessageOf(GetAgentEventsRequest.Parser), MessageOf(GetAgentEventsResponse.Parser)),
            service is null ? null : service.GetAgentEvents);
        binder.AddMethod(
            new Method<GetDebugEventsRequest, GetDebugEventsResponse>(
                MethodType.ServerStreaming, ServiceName, "GetDebugEvents", MessageOf(GetDebugEventsRequest.Parser), MessageOf(GetDebugEventsResponse.Parser)),
            service is null ? null : service.GetDebugEvents);
        binder.AddMethod(Unary("GetNodes", GetNodesRequest.Parser, GetNodesResponse.Parser), service is null ? null : service.GetNodes);
        binder.AddMethod(Unary("GetNamespaces", GetNamespacesRequest.Parser, GetNamespacesResponse.Parser), service is null ? null : service.GetNamespaces);
        binder.AddMethod(Unary("ServerStatus", ServerStatusRequest.Parser, ServerStatusResponse.Parser), service is null ? null : service.ServerStatus);
    }

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest> where TResponse : class, IMessage<TResponse> =>
        new(MethodType.Unary, ServiceName, name, MessageOf(request), MessageOf(response));

    private static Marshaller<T> MessageOf<T>(MessageParser<T> parser) where T : class, IMessage<T> => Marshallers.Create(
        (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static void WriteFrame(FlowFrame frame, SerializationContext context)
    {
        context.SetPayloadLength(frame.Bytes.Length);
        var writer = context.GetBufferWriter();
        frame.Bytes.Span.CopyTo(writer.GetSpan(frame.Bytes.Length));
        writer.Advance(frame.Bytes.Length);
        context.Complete();
    }

    private static FlowFrame ReadFrame(DeserializationContext context) => FlowFrame.Read(context.PayloadAsReadOnlySequence());

    /// <summary>What serves it.</summary>
    [BindServiceMethod(typeof(ObserverWire), nameof(BindService))]
    public abstract class Base
    {
        /// <summary>Flows.</summary>
        public abstract Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context);

        /// <summary>What the agent did.</summary>
        public abstract Task GetAgentEvents(GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> responseStream, ServerCallContext context);

        /// <summary>What the datapath says for debugging.</summary>
        public abstract Task GetDebugEvents(GetDebugEventsRequest request, IServerStreamWriter<GetDebugEventsResponse> responseStream, ServerCallContext context);

        /// <summary>The nodes and how they are.</summary>
        public abstract Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context);

        /// <summary>The namespaces that flows were seen of.</summary>
        public abstract Task<GetNamespacesResponse> GetNamespaces(GetNamespacesRequest request, ServerCallContext context);

        /// <summary>How many flows there are, and for how long.</summary>
        public abstract Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context);
    }
}
