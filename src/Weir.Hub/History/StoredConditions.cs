using System.Globalization;
using Google.Protobuf.Collections;
using Weir.FlowLog.Query.Data;
using Weir.Model;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.History;

/// <summary>What of Hubble's filters the store can check by itself. It lets through all that the filters do, and more.</summary>
internal static class StoredConditions
{
    /// <summary>The conditions of a request's white list.</summary>
    public static StoredFilter Of(GetFlowsRequest request) => new([.. request.Whitelist.Select(Of)]);

    private static IReadOnlyList<StoredCondition> Of(FlowFilter filter)
    {
        List<StoredCondition> all = [];
        if (filter.Verdict.Count > 0) all.Add(new("verdict", [.. filter.Verdict.Select(v => v.ToString().ToUpperInvariant())]));
        Pods(filter.SourcePod, "source", all);
        Pods(filter.DestinationPod, "destination", all);
        Addresses(filter.SourceIp, "source_ip", all);
        Addresses(filter.DestinationIp, "destination_ip", all);
        if (filter.DestinationPort.Count > 0) all.Add(new("destination_port", filter.DestinationPort));
        if (filter.SourceIdentity.Count > 0) all.Add(new("source_identity", [.. filter.SourceIdentity.Select(Text)]));
        if (filter.DestinationIdentity.Count > 0) all.Add(new("destination_identity", [.. filter.DestinationIdentity.Select(Text)]));
        return all;
    }

    // A pod's namespace is exact and its name a beginning; several pods are checked by their namespaces alone.
    private static void Pods(RepeatedField<string> pods, string side, List<StoredCondition> all)
    {
        var split = pods.Select(p => p.Split('/', 2)).Where(p => p.Length == 2).ToList();
        if (split.Count == 0 || split.Count < pods.Count) return;
        if (split.TrueForAll(p => p[0].Length > 0)) all.Add(new(side + "_namespace", [.. split.Select(p => p[0]).Distinct()]));
        if (split.TrueForAll(p => p[1].Length > 0)) all.Add(new(side + "_pod", [.. split.Select(p => p[1]).Distinct()], IsPrefix: true));
    }

    private static void Addresses(RepeatedField<string> addresses, string column, List<StoredCondition> all)
    {
        var exact = addresses.Select(a => IpAddress.TryParse(a, out var ip) ? ip.ToString() : null).OfType<string>().ToList();
        if (exact.Count > 0 && exact.Count == addresses.Count) all.Add(new(column, exact));
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
