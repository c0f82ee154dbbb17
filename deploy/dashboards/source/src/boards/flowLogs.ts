import type { Dashboard, Row, Variable } from '../model.js';
import { asLines, insideFlows, isError, nativeInside, nativeOutside, outsideFlows } from '../kql.js';
import { logBars, logGraph, logLines, logPie, logRows, logStat, logTable } from '../panels.js';

const after = (...steps: string[]) => (flows: string) => [flows, ...steps].join('\n');

const request = '| where not(IsReply) and Verdict == "FORWARDED"';
const unique = "['Unique Requests'] = dcount(strcat(Client, \" \", Server, \" \", Protocol, \" \", Port, \" \", Name))";
const sum = (name: string) => `['${name}'] = sum(Flows)`;

/** Nobody reads a graph of thousands of lines, and Grafana draws no more nodes than this. */
const mostEdges = 500;

const edges = `| extend State = case(Verdict == "DROPPED", "dropped", ${isError}, "error", "forwarded")
| summarize Flows = sum(Flows) by Client, Server, State
| top ${mostEdges} by Flows desc`;

const connections: Row = {
  title: 'Connection Graph',
  panels: [
    logStat('total', 'Total Flow Logs', after("| summarize ['Flow Logs'] = count()"), { unit: '', description: 'Rows of the log: flows, and aggregates of flows that are older.' }),
    logStat('requests', 'Requests (forwarded)', after(request, `| summarize ${sum('Total Flows')}, ${unique}`), { unit: '', description: 'Flows from who asks, and how many different ones: by both ends, port and name.' }),
    logStat('responses', 'Responses (forwarded)', after('| where IsReply and Verdict == "FORWARDED"', `| summarize ${sum('Total Flows')}`), { unit: '', description: 'Flows back to who asked.' }),
    logStat('dropped', 'Dropped Requests', after('| where Verdict == "DROPPED"', `| summarize ${sum('Total Flows')}, ${unique}`), { unit: '', description: 'Flows that were dropped, or refused by a proxy.' }),
    logStat('dns-errors', 'DNS Response Errors', after('| where Verdict != "DROPPED" and DnsCode > 0', `| summarize ${sum('Total Flows')}`), { unit: '', description: 'Answers of name servers with any code but 0.' }),
    logStat('http-errors', 'HTTP Response Errors', after('| where Verdict != "DROPPED" and HttpCode >= 400', `| summarize ${sum('Total Flows')}`), { unit: '', description: 'Answers of HTTP servers of 400 and above.' }),
    { ...logGraph('graph', 'Connections', [
      { name: 'nodes', text: after(edges, '| mv-expand End = pack_array(Client, Server) to typeof(string)', '| summarize mainstat = sum(Flows) by id = End', '| extend title = id') },
      { name: 'edges', text: after(edges, '| project id = strcat(Client, " ", Server, " ", State), source = Client, target = Server, mainstat = Flows, state = State,\n    color = case(State == "dropped", "red", State == "error", "orange", "#8e8e8e"), strokeDasharray = case(State == "dropped", "2 4", State == "error", "8 4", ""), thickness = iff(State == "forwarded", 1, 2)') },
    ], { unit: 'flows', description: `Who asked whom: grey is forwarded, red and dotted dropped, orange and dashed answered with an error of DNS or HTTP. The ${mostEdges} connections with most flows.` }),
      native: after(edges, '| project Client, Server, State, Flows') },
    logLines('verdicts', 'Flow Logs by Verdict', after('| summarize Flows = sum(Flows) by bin(TimeGenerated, $__timeInterval), Verdict', '| order by TimeGenerated asc'), { unit: 'flows', description: 'Flows over time, by what became of them.' }),
  ],
};

const logs: Row = {
  title: 'Logs',
  panels: [
    logRows('all', 'All Flow Logs (first 1000)', after(asLines), { unit: '', description: 'The newest thousand: who asked whom, and what about.' }),
    logRows('errors', 'Error Logs (first 1000)', after(`| where Verdict == "DROPPED" or ${isError}`, asLines), { unit: '', description: 'The newest thousand that were dropped, or answered with an error of DNS or HTTP.' }),
  ],
};

const busiest = (steps: string) => after(steps, '| top 10 by Flows desc');

const top: Row = {
  title: 'Top Namespaces and Workloads',
  panels: [
    logBars('namespaces', 'Top Namespaces', busiest('| mv-expand Namespace = pack_array(SourceNamespace, DestinationNamespace) to typeof(string)\n| where isnotempty(Namespace)\n| summarize Flows = sum(Flows) by Namespace'), { unit: 'flows', description: 'Namespaces by the flows that begin or end in them.' }),
    logBars('workloads', 'Top Workloads', busiest('| mv-expand Workload = pack_array(Source, Destination) to typeof(string)\n| summarize Flows = sum(Flows) by Workload'), { unit: 'flows', description: 'Workloads by the flows that begin or end in them.' }),
  ],
};

const ports: Row = {
  title: 'Top Workloads by Port/Query',
  panels: [
    logTable('top-requests', 'Top Requests', busiest(`${request}\n| summarize Flows = sum(Flows) by Client, Server, Protocol, Port, Query = Name`), { unit: 'flows', description: 'What was asked for most.' }),
    logTable('top-dropped', 'Top Dropped Requests', busiest('| where Verdict == "DROPPED"\n| summarize Flows = sum(Flows) by Client, Server, Protocol, Port, Query = Name, Reason = DropReason'), { unit: 'flows', description: 'What was refused most, and why.' }),
  ],
};

const protocols: Row = {
  title: 'Protocol Summary',
  panels: [
    logPie('protocol', 'Flows by Protocol', after('| summarize Flows = sum(Flows) by Protocol', '| order by Flows desc'), { unit: 'flows', description: 'What the flows speak, as far as it was looked at.' }),
    logPie('dropped-protocol', 'Dropped Flows by Protocol', after('| where Verdict == "DROPPED"', '| summarize Flows = sum(Flows) by Protocol', '| order by Flows desc'), { unit: 'flows', description: 'What the dropped ones speak.' }),
    logPie('errors-protocol', 'Errors by Protocol', after(`| where ${isError}`, '| summarize Flows = sum(Flows) by Protocol', '| order by Flows desc'), { unit: 'flows', description: 'Answers with an error of DNS or HTTP.' }),
  ],
};

const rows = [connections, logs, top, ports, protocols];

const distinct = (name: string, from: string): string => `ContainerNetworkLogs\n| where $__timeFilter(TimeGenerated)\n| extend ${name} = ${from}\n| where isnotempty(${name})\n| distinct ${name}\n| order by ${name} asc`;
const list = (name: string, label: string, column: string, from: string): Variable => ({ kind: 'logs', name, label, query: distinct(column, from) });

const cluster = list('cluster', 'Cluster', 'Cluster', 'iff(isempty(SourceClusterName), DestinationClusterName, SourceClusterName)');
const verdict: Variable = { kind: 'choice', name: 'verdict', label: 'Verdict', values: ['FORWARDED', 'DROPPED', 'ERROR', 'AUDIT', 'REDIRECTED', 'TRACED', 'TRANSLATED'] };
const protocol: Variable = { kind: 'choice', name: 'protocol', label: 'Protocol', values: ['TCP', 'UDP', 'DNS', 'HTTP', 'ICMP', 'other'] };

export const flowLogsInternal: Dashboard = {
  id: 'flow-logs-internal', title: 'Flow Logs (Internal)', source: 'logs', flows: insideFlows,
  description: 'The flow logs of traffic between workloads: who asked whom, what was dropped and what failed.',
  variables: [
    cluster, verdict, protocol,
    list('sourceNamespace', 'Source Namespace', 'Namespace', 'SourceNamespace'), list('sourceWorkload', 'Source Workload', 'Workload', 'tostring(SourceWorkloads[0].name)'),
    list('destinationNamespace', 'Destination Namespace', 'Namespace', 'DestinationNamespace'), list('destinationWorkload', 'Destination Workload', 'Workload', 'tostring(DestinationWorkloads[0].name)'),
    { kind: 'choice', name: 'included', label: 'Included when namespace=all', values: ['world', 'local nodes'], description: 'Ends that are no pods. With chosen namespaces there are none.' },
  ],
  follows: ['namespace', 'workload'], rows,
};

export const flowLogsExternal: Dashboard = {
  id: 'flow-logs-external', title: 'Flow Logs (External)', source: 'logs', flows: outsideFlows,
  description: 'The flow logs of traffic between workloads and what is outside the cluster.',
  variables: [
    cluster, verdict, protocol,
    { kind: 'text', name: 'externalIp', label: 'External IP', description: 'An address, or the beginning of one.' },
    { kind: 'choice', name: 'direction', label: 'Direction', values: ['From', 'To'], description: 'From: somebody outside asks. To: a pod asks outside.' },
    list('namespace', 'Namespace', 'Namespace', 'iff(isempty(SourceNamespace), DestinationNamespace, SourceNamespace)'),
    list('workload', 'Workload', 'Workload', 'tostring(iff(isempty(SourceNamespace), DestinationWorkloads[0].name, SourceWorkloads[0].name))'),
    { kind: 'choice', name: 'showIps', label: 'Show IPs instead of "world"', values: ['world', 'IPs'], chosen: ['world'], isSingle: true },
  ],
  follows: ['namespace', 'workload'], rows,
};

/** What the web UI puts in the place of a dashboard's own choice of flows. */
export const nativeFlows: Readonly<Record<string, string>> = { [flowLogsInternal.id]: nativeInside, [flowLogsExternal.id]: nativeOutside };
