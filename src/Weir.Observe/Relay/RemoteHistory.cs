using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>The history of a hub in another process, asked as any observer is. Connects when it is first asked.</summary>
public sealed class RemoteHistory : IFlowHistory, IDisposable
{
    private readonly GrpcChannel _channel;

    /// <summary>Makes it.</summary>
    /// <param name="address">Where the hub answers about older flows.</param>
    /// <param name="tls">How to speak TLS with it; null for no TLS.</param>
    public RemoteHistory(ServerAddress address, ClientTls? tls)
    {
        ArgumentNullException.ThrowIfNull(address);
        (_channel, Name) = (ObserverChannel.To(address, tls), address.ToString());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FlowFrame> ReadAsync(GetFlowsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var call = _channel.CreateCallInvoker().AsyncServerStreamingCall(ObserverWire.GetFlows, null, new CallOptions(cancellationToken: cancellation), request);
        while (await call.ResponseStream.MoveNext(cancellation)) yield return call.ResponseStream.Current;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
