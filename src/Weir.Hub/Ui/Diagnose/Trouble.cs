using Weir.Hub.Ui.Details;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Wire.Observers;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Diagnose;

/// <summary>What kind of trouble it is; the gravest first.</summary>
internal enum TroubleKind
{
    /// <summary>Packets that policy dropped.</summary>
    PolicyDrop,

    /// <summary>Names that a DNS rule refused.</summary>
    RefusedName,

    /// <summary>Requests that an HTTP rule refused.</summary>
    RefusedRequest,

    /// <summary>Packets dropped for another reason.</summary>
    OtherDrop,

    /// <summary>Answers of a server with an error.</summary>
    ServerError,

    /// <summary>Answers of a name server with an error.</summary>
    NameError,

    /// <summary>Requests that a server refused.</summary>
    ClientError,
}

/// <summary>Equal trouble, counted.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Text">What happened, in words.</param>
/// <param name="Filter">The filter that shows its flows.</param>
/// <param name="Sample">One of its flows.</param>
internal sealed record Trouble(TroubleKind Kind, string Text, string Filter, Msg.Flow Sample)
{
    /// <summary>How often.</summary>
    public long Count { get; set; }

    /// <summary>The trouble that a flow tells of; null where it tells of none.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="response">Its message.</param>
    /// <param name="serviceAt">The service of an address; null where it is none's.</param>
    public static Trouble? Of(in FlowView flow, ReadOnlySpan<byte> response, Func<string, string?> serviceAt)
    {
        if (KindOf(flow) is not { } kind) return null;
        var message = GetFlowsResponse.Parser.ParseFrom(response).Flow;
        var isReply = message.IsReply == true;
        var (client, server) = isReply ? (message.Destination, message.Source) : (message.Source, message.Destination);
        var from = FlowSentence.NameOf(client, isReply ? message.DestinationNames : message.SourceNames, isReply ? message.IP?.Destination : message.IP?.Source);
        var to = FlowSentence.NameOf(server, isReply ? message.SourceNames : message.DestinationNames, isReply ? message.IP?.Source : message.IP?.Destination);
        var (rules, allows, _) = FlowSentence.Deciding(message);
        var by = rules.Count > 0 && !allows ? $" ({string.Join(", ", rules.Select(r => r.Name).Distinct())})" : "";
        var port = isReply ? flow.SourcePort : flow.DestinationPort;
        var service = kind == TroubleKind.OtherDrop ? ServiceOf(message, server, serviceAt) : null;
        var text = kind switch
        {
            TroubleKind.PolicyDrop => $"Policy denies {from} the way to {to} on port {port}{by}",
            TroubleKind.RefusedName => $"{from} may not ask for {message.L7.Dns.Query.TrimEnd('.')}{by}",
            TroubleKind.RefusedRequest => $"{from} may not send {message.L7.Http.Method} {Path(message.L7.Http.Url)} to {to}{by}",
            _ when service is not null => $"The service {service} has no ready backend on port {port}, so what is sent there is dropped",
            TroubleKind.OtherDrop => $"Packets of {from} to {to} on port {port} are dropped: {((DropReason)(int)message.DropReasonDesc).Text()}",
            TroubleKind.NameError => $"{from} is told \"{NameFault(message.L7.Dns.Rcode)}\" when it asks for {message.L7.Dns.Query.TrimEnd('.')}",
            _ => $"{to} answers {from}'s {message.L7.Http.Method} {Path(message.L7.Http.Url)} with {message.L7.Http.Code}",
        };
        var filter = service is not null
            ? System.FormattableString.Invariant($"verdict=dropped to:ip={message.IP?.Destination} to:port={port}")
            : FilterOf(kind, message, client, server, port);
        return new Trouble(kind, text, filter, message);
    }

    // Whoever asks meets the same fault: it is told once, and not for each sender.
    private static string? ServiceOf(Msg.Flow flow, Msg.Endpoint? server, Func<string, string?> serviceAt) =>
        (DropReason)(int)flow.DropReasonDesc == DropReason.ServiceBackendNotFound && server is not { PodName.Length: > 0 } && flow.IP is { } ip ? serviceAt(ip.Destination) : null;

    private static TroubleKind? KindOf(in FlowView flow) => (FlowKind)flow.Kind switch
    {
        FlowKind.Drop => flow.Reason is (int)DropReason.PolicyDenied or (int)DropReason.PolicyDeny ? TroubleKind.PolicyDrop : TroubleKind.OtherDrop,
        FlowKind.L7 when flow.Verdict == (int)Verdict.Dropped => flow.L7.IsResponse ? null : flow.L7.IsDns ? TroubleKind.RefusedName : TroubleKind.RefusedRequest,
        FlowKind.L7 when flow.L7 is { IsResponse: true, IsDns: true, Code: not 0 } => TroubleKind.NameError,
        FlowKind.L7 when flow.L7 is { IsResponse: true, IsHttp: true, Code: >= 500 } => TroubleKind.ServerError,
        FlowKind.L7 when flow.L7 is { IsResponse: true, IsHttp: true, Code: >= 400 } => TroubleKind.ClientError,
        _ => null,
    };

    private static string FilterOf(TroubleKind kind, Msg.Flow flow, Msg.Endpoint? client, Msg.Endpoint? server, int port)
    {
        var ends = $"{End("from", client)}{End("to", server)}";
        return kind switch
        {
            TroubleKind.PolicyDrop or TroubleKind.OtherDrop => System.FormattableString.Invariant($"verdict=dropped{ends} to:port={port}"),
            TroubleKind.RefusedName => $"verdict=dropped protocol=dns dns=\"{flow.L7.Dns.Query.TrimEnd('.')}\"{End("from", client)}",
            TroubleKind.RefusedRequest => $"verdict=dropped protocol=http{ends}",
            TroubleKind.NameError => $"protocol=dns dns=\"{flow.L7.Dns.Query.TrimEnd('.')}\"",
            _ => System.FormattableString.Invariant($"protocol=http http.status={flow.L7.Http.Code}{(server is { Workloads.Count: > 0 } ? $" workload={server.Namespace}/{server.Workloads[0].Name}" : "")}"),
        };
    }

    private static string End(string side, Msg.Endpoint? end)
    {
        if (end is { Workloads.Count: > 0 }) return $" {side}:workload={end.Namespace}/{end.Workloads[0].Name}";
        return new SecurityIdentity(end?.Identity ?? 0) is { IsReserved: true, ReservedName: { } entity } ? $" {side}:identity={entity}" : "";
    }

    private static string NameFault(uint code) => code switch { 2 => "server failure", 3 => "no such name", 5 => "refused", _ => System.FormattableString.Invariant($"error {code}") };

    private static string Path(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.AbsolutePath : url;
}
