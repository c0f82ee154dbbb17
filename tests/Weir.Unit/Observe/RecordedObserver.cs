using Google.Protobuf;
using Grpc.Core;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Unit.Observe;

/// <summary>An observer that answers with what was recorded, whatever it is asked.</summary>
internal sealed class RecordedObserver(IEnumerable<string> lines) : ObserverWire.Base
{
    public GetFlowsRequest? Asked { get; private set; }

    public override async Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context)
    {
        Asked = request;
        foreach (var line in lines) await responseStream.WriteAsync(FlowFrame.Of(JsonParser.Default.Parse<GetFlowsResponse>(line)), context.CancellationToken);
    }

    public override Task GetAgentEvents(GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> responseStream, ServerCallContext context) => Task.CompletedTask;

    public override Task GetDebugEvents(GetDebugEventsRequest request, IServerStreamWriter<GetDebugEventsResponse> responseStream, ServerCallContext context) => Task.CompletedTask;

    public override Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context) => Task.FromResult(new GetNodesResponse
    {
        Nodes =
        {
            new Node
            {
                Name = "node2", Version = "0.1.0", Address = "10.1.0.2:4244", State = Weir.Observe.Wire.Relays.NodeState.NodeConnected,
                Tls = new TLS { Enabled = true }, UptimeNs = 3_725_000_000_000, NumFlows = 4096, MaxFlows = 4096, SeenFlows = 37_250,
            },
            new Node { Name = "node1", State = Weir.Observe.Wire.Relays.NodeState.NodeUnavailable },
        },
    });

    public override Task<GetNamespacesResponse> GetNamespaces(GetNamespacesRequest request, ServerCallContext context) =>
        Task.FromResult(new GetNamespacesResponse { Namespaces = { new Namespace { Cluster = "default", Namespace_ = "kube-system" }, new Namespace { Cluster = "default", Namespace_ = "pets" } } });

    public override Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context) => Task.FromResult(new ServerStatusResponse
    {
        NumFlows = 4096, MaxFlows = 8192, SeenFlows = 1_234_567, FlowsRate = 12.345, UptimeNs = 90_500_000_000, Version = "0.1.0",
        NumConnectedNodes = 2, NumUnavailableNodes = 3, UnavailableNodes = { "b", "a" },
    });
}
