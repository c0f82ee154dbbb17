namespace Weir.Hub.Ui.Logs;

/// <summary>A query that people begin with.</summary>
/// <param name="Id">Its name in links.</param>
/// <param name="Title">What it answers, in a few words.</param>
/// <param name="Description">What it answers, in a sentence.</param>
/// <param name="Text">The query.</param>
internal sealed record GalleryQuery(string Id, string Title, string Description, string Text);

/// <summary>The queries of the gallery: those that the lab asks on its walk, by the same numbers, and a few more.</summary>
internal static class Gallery
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<GalleryQuery> All { get; } =
    [
        new("query0", "One row", "Shows a single flow with every column: whether anything arrives at all.", """
            ContainerNetworkLogs
            | take 1
            """),
        new("query1", "Drops by pair", "Which pods of the pet store lose flows to whom, the most first.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(30m)
            | where SourceNamespace == "pets" or DestinationNamespace == "pets"
            | where Verdict == "DROPPED"
            | summarize DroppedFlows = count() by TrafficDirection, SourcePodName, DestinationPodName
            | order by DroppedFlows desc
            | take 20
            """),
        new("query2", "Refused at store-front's door", "What was dropped on its way into store-front: from where, to which port, when.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(30m)
            | where DestinationNamespace == "pets" and DestinationPodName contains "store-front"
            | where TrafficDirection == "INGRESS" and Verdict == "DROPPED"
            | extend Port = coalesce(tostring(Layer4.TCP.destination_port), tostring(Layer4.UDP.destination_port))
            | project TimeGenerated, From = tostring(IP.source), To = tostring(IP.destination), Port, Verdict
            | order by TimeGenerated desc
            | take 20
            """),
        new("query3", "store-front's lookups", "How many of store-front's DNS flows passed and how many did not.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(30m)
            | where SourceNamespace == "pets" and SourcePodName contains "store-front"
            | where TrafficDirection == "EGRESS"
            | extend Port = coalesce(tostring(Layer4.TCP.destination_port), tostring(Layer4.UDP.destination_port))
            | where Port == "53"
            | summarize Count = count() by Verdict
            | order by Verdict asc
            """),
        new("query4", "Lookups and what followed", "store-front's DNS and HTTPS flows in the order of time: does an address follow its name?", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(30m)
            | where SourceNamespace == "pets" and SourcePodName contains "store-front"
            | where TrafficDirection == "EGRESS"
            | extend Port = coalesce(tostring(Layer4.TCP.destination_port), tostring(Layer4.UDP.destination_port)), To = tostring(IP.destination)
            | where Port in ("53", "443") and isnotempty(To)
            | project TimeGenerated, To, Port, Verdict
            | order by TimeGenerated asc
            | take 50
            """),
        new("query5", "Passed and dropped over time", "Forwarded and dropped flows of the pet store, minute by minute, drawn as lines.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(1h)
            | where SourceNamespace == "pets" or DestinationNamespace == "pets"
            | summarize Allowed = countif(Verdict == "FORWARDED"), Dropped = countif(Verdict == "DROPPED") by bin(TimeGenerated, 1m), TrafficDirection
            | render timechart
            """),
        new("query6", "Who loses most", "The share of flows that each pair of pods loses, the worst first, drawn as bars.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(30m)
            | where SourceNamespace == "pets" or DestinationNamespace == "pets"
            | summarize TotalFlows = count(), DroppedFlows = countif(Verdict == "DROPPED"), ForwardedFlows = countif(Verdict == "FORWARDED")
                by TrafficDirection, SourcePodName, DestinationPodName
            | extend DropRate = round(DroppedFlows * 100.0 / TotalFlows, 2)
            | where TotalFlows > 5
            | extend Pair = strcat(iff(isempty(SourcePodName), "outside", SourcePodName), " → ", iff(isempty(DestinationPodName), "outside", DestinationPodName), ", ", tolower(TrafficDirection))
            | order by DroppedFlows desc
            | take 20
            | render barchart with (title="Flows by pair", xcolumn=Pair, ycolumns=DroppedFlows, ForwardedFlows)
            """),
        new("names", "Names that were asked for", "DNS names by how often they were asked for, and how often without an answer.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(1h) and FlowType == "L7"
            | extend Name = tostring(Layer7.dns.query), Code = toint(Layer7.dns.rcode)
            | where isnotempty(Name)
            | summarize Asked = countif(tostring(Layer7.type) == "REQUEST"), Failed = countif(Code > 0), Refused = countif(Verdict == "DROPPED") by Name
            | order by Asked desc
            | take 50
            """),
        new("requests", "Requests by path and status", "HTTP answers by method, path and status, with the slowest of each.", """
            ContainerNetworkLogs
            | where TimeGenerated > ago(1h) and FlowType == "L7" and tostring(Layer7.type) == "RESPONSE"
            | extend Code = toint(Layer7.http.code), Method = tostring(Layer7.http.method), Path = tostring(parse_url(tostring(Layer7.http.url)).Path), Ms = tolong(Layer7.latency_ns) / 1000000.0
            | where isnotempty(Method)
            | summarize Requests = count(), p50 = percentile(Ms, 50), p99 = percentile(Ms, 99) by Method, Path, Code
            | order by Requests desc
            | take 50
            """),
    ];
}
