using Grpc.Core;
using Grpc.Net.Client;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;

namespace Weir.Cli.Observe;

/// <summary>An observer and how to speak with it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Tls">How to speak TLS; null for none.</param>
/// <param name="Headers">What goes with every call; null for nothing.</param>
internal sealed record AskedServer(ServerAddress Address, ClientTls? Tls, Metadata? Headers)
{
    /// <summary>Connects, on the first call.</summary>
    public GrpcChannel Connect() => ObserverChannel.To(Address, Tls);

    /// <summary>A failed call as a sentence.</summary>
    public string Explain(RpcException fault)
    {
        var detail = Cause(fault);
        return fault.StatusCode switch
        {
            StatusCode.Unauthenticated or StatusCode.InvalidArgument or StatusCode.Unimplemented => detail,
            StatusCode.DeadlineExceeded => $"the observer at {Address} did not answer in time; --request-timeout gives it longer",
            _ => $"the observer at {Address} did not answer: {detail}",
        };
    }

    /// <summary>What went wrong below a failed call: it is told at the end of a chain that begins with how the call was made.</summary>
    public static string Cause(RpcException fault)
    {
        Exception? cause = fault.Status.DebugException;
        while (cause?.InnerException is { } deeper) cause = deeper;
        return fault.StatusCode is StatusCode.Unavailable or StatusCode.Internal && cause is not null ? cause.Message : fault.Status.Detail;
    }
}
