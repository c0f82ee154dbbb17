/**
 * A row of the flow logs with what the panels ask of it. A reply runs the other way, so that Client and Server say who asked whom.
 * Flows counts the flows that a row stands for: one, or those of an aggregate.
 */
const named = `| extend Protocol = case(isnotnull(Layer7.dns), "DNS", isnotnull(Layer7.http), "HTTP", isnotnull(Layer4.TCP), "TCP", isnotnull(Layer4.UDP), "UDP", isnotnull(Layer4.ICMPv4) or isnotnull(Layer4.ICMPv6), "ICMP", "other"),
    Cluster = iff(isempty(SourceClusterName), DestinationClusterName, SourceClusterName),
    SourceWorkload = tostring(SourceWorkloads[0].name), DestinationWorkload = tostring(DestinationWorkloads[0].name),
    SourceKind = case(isnotempty(SourceNamespace), "pod", SourceIdentity in (1, 6, 7), "local nodes", "world"),
    DestinationKind = case(isnotempty(DestinationNamespace), "pod", DestinationIdentity in (1, 6, 7), "local nodes", "world"),
    Flows = IngressFlowCount + EgressFlowCount + UnknownDirectionFlowCount`;

const ends = (outside: string) => `| extend Source = case(SourceKind == "pod", strcat(SourceNamespace, "/", coalesce(iff(isempty(SourceWorkload), SourcePodName, SourceWorkload), "")), SourceKind == "world", ${outside.replace('$end', 'source')}, SourceKind),
    Destination = case(DestinationKind == "pod", strcat(DestinationNamespace, "/", coalesce(iff(isempty(DestinationWorkload), DestinationPodName, DestinationWorkload), "")), DestinationKind == "world", ${outside.replace('$end', 'destination')}, DestinationKind)
| extend IsReply = coalesce(Reply, false), DnsCode = toint(Layer7.dns.rcode), HttpCode = toint(Layer7.http.code), Name = tostring(Layer7.dns.query)
| extend Client = iff(IsReply, Destination, Source), Server = iff(IsReply, Source, Destination),
    Port = coalesce(tostring(iff(IsReply, Layer4.TCP.source_port, Layer4.TCP.destination_port)), tostring(iff(IsReply, Layer4.UDP.source_port, Layer4.UDP.destination_port)), "")`;

const table = 'ContainerNetworkLogs\n| where $__timeFilter(TimeGenerated)';

/** What the web UI shows: of the chosen namespaces and workloads, at either end. */
const chosen = `| where array_length($namespace) == 0 or SourceNamespace in ($namespace) or DestinationNamespace in ($namespace)
| where array_length($workload) == 0 or SourceWorkload in ($workload) or DestinationWorkload in ($workload)`;

const outward = '| where SourceKind == "world" or DestinationKind == "world"';

/** Grafana's flows inside a cluster: what has no namespace is there where the reader wants it, and only while all namespaces are shown. */
export const insideFlows = [
  table, named,
  '| where $__contains(Cluster, $cluster) and $__contains(Verdict, $verdict) and $__contains(Protocol, $protocol)',
  '| where $__contains(SourceNamespace, $sourceNamespace) and $__contains(DestinationNamespace, $destinationNamespace)',
  '| where $__contains(SourceWorkload, $sourceWorkload) and $__contains(DestinationWorkload, $destinationWorkload)',
  '| where (SourceKind == "pod" or $__contains(SourceKind, $included)) and (DestinationKind == "pod" or $__contains(DestinationKind, $included))',
  ends('"world"'),
].join('\n');

/** Grafana's flows between pods and what is outside the cluster. */
export const outsideFlows = [
  table, named, outward,
  '| extend IsFrom = (SourceKind == "world") != coalesce(Reply, false)',
  '| extend Direction = iff(IsFrom, "From", "To"), ExternalIp = tostring(iff(SourceKind == "world", IP.source, IP.destination)),\n    Namespace = iff(SourceKind == "world", DestinationNamespace, SourceNamespace), Workload = iff(SourceKind == "world", DestinationWorkload, SourceWorkload)',
  '| where $__contains(Cluster, $cluster) and $__contains(Verdict, $verdict) and $__contains(Protocol, $protocol)',
  '| where $__contains(Direction, $direction) and $__contains(Namespace, $namespace) and $__contains(Workload, $workload)',
  '| where ExternalIp startswith "$externalIp"',
  ends('iff("$showIps" == "IPs", tostring(IP.$end), "world")'),
].join('\n');

/** The web UI's. */
export const nativeInside = [table, named, chosen, ends('"world"')].join('\n');
export const nativeOutside = [table, named, outward, chosen, ends('tostring(IP.$end)')].join('\n');

/** Failed at a protocol above the packets: the name server or the HTTP server says so. */
export const isError = '(Verdict != "DROPPED" and (DnsCode > 0 or HttpCode >= 400))';

/** What a line of the log begins with where something is wrong. */
const warning = `case(Verdict == "DROPPED", iff(FlowType == "L7", "[DROPPED(refused by a proxy)] ", strcat("[DROPPED(", tolower(coalesce(DropReason, "")), ")] ")), DnsCode == 1, "[WARN(format error)] ", DnsCode == 2, "[WARN(server failure)] ", DnsCode == 3, "[WARN(non-existent domain)] ", DnsCode == 5, "[WARN(query refused)] ", DnsCode > 0, strcat("[WARN(code ", tostring(DnsCode), ")] "), HttpCode >= 400, strcat("[WARN(", tostring(HttpCode), ")] "), "")`;

/** A flow as a line: \`[DNS] [WARN(non-existent domain)] pets/store-front <- world [bing.com.]\`. */
export const asLines = `| extend Line = strcat("[", Protocol, "] ", ${warning}, Client, iff(IsReply, " <- ", " -> "), Server, iff(isempty(Port), "", strcat(":", Port)),
    case(isnotempty(Name), strcat(" [", Name, "]"), isnotempty(tostring(Layer7.http.method)), strcat(" [", tostring(Layer7.http.method), " ", tostring(Layer7.http.url), "]"), "")),
    Level = case(Verdict == "DROPPED", "error", ${isError}, "warning", "info")
| project TimeGenerated, Line, Level
| order by TimeGenerated desc
| take 1000`;
