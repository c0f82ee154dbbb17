using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>One item of <c>spec.includefilters</c>: a flow is chosen that fits all of what is given.</summary>
/// <remarks>Source: CRD containernetworklogs.acn.azure.com/v1alpha1.</remarks>
public sealed record LogFilter
{
    /// <summary>Its name; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The sender; null is anyone.</summary>
    public LogPeer? From { get; init; }

    /// <summary>The receiver; null is anyone.</summary>
    public LogPeer? To { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c>, <c>dns</c>; empty is every protocol.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary><c>forwarded</c>, <c>dropped</c>; empty is every verdict.</summary>
    public IReadOnlyList<string> Verdicts { get; init; } = [];

    /// <summary>Whether a flow is chosen. Cost grows with the names and labels that the filter lists.</summary>
    public bool Matches(in Flow flow) =>
        MatchesVerdict(flow.Verdict) && MatchesProtocol(flow)
        && (From is null || From.Matches(flow.Source, flow.SourceAddress))
        && (To is null || To.Matches(flow.Destination, flow.DestinationAddress));

    private bool MatchesVerdict(Verdict verdict)
    {
        if (Verdicts.Count == 0) return true;
        for (var i = 0; i < Verdicts.Count; i++)
        {
            if (Verdicts[i] == "forwarded" && verdict == Verdict.Forwarded) return true;
            if (Verdicts[i] == "dropped" && verdict == Verdict.Dropped) return true;
        }

        return false;
    }

    private bool MatchesProtocol(in Flow flow)
    {
        if (Protocols.Count == 0) return true;
        for (var i = 0; i < Protocols.Count; i++)
        {
            if (Protocols[i] == "tcp" && flow.Protocol == IpProtocol.Tcp) return true;
            if (Protocols[i] == "udp" && flow.Protocol == IpProtocol.Udp) return true;
            if (Protocols[i] == "dns" && flow.Dns is not null) return true;
        }

        return false;
    }
}
