import type { Dashboard, MetricPanel, Row } from '../model.js';
import { bars, heatmap, lines, stacked, stat } from '../panels.js';
import type { Scope } from '../promql.js';
import { directions, orZero, pods, rate, series, sum, sumBy, topRates } from '../promql.js';
import { cluster, namespace, workload } from '../variables.js';
import { dropRows } from './drops.js';

type End = 'source' | 'destination';

const other = (end: End): End => (end === 'source' ? 'destination' : 'source');

/** Openings of connections that were not answered, by the pod that opened them (`source`) or that was asked (`destination`). */
const unanswered = (scope: Scope, end: End): { total: string; byPod: string } => {
  const opened = rate(series('hubble_tcp_flags_total', pods(scope, end), 'flag="SYN"'));
  const answered = rate(series('hubble_tcp_flags_total', pods(scope, other(end)), 'flag="SYN-ACK"'));
  const named = `label_replace(${answered}, "${end}", "$1", "${other(end)}", "(.*)")`;
  const both = (ofOpened: string, ofAnswered: string) => `clamp_min(${ofOpened} - (${ofAnswered} or 0 * ${ofOpened}), 0)`;
  return { total: both(sum(opened), sum(answered)), byPod: both(sumBy([end], opened), sumBy([end], named)) };
};

function snapshot(scope: Scope): Row {
  const seen = (end: End) => series('hubble_flows_processed_total', pods(scope, end));
  const now = (id: string, word: string, end: End, selector: string, description: string) =>
    stat(id, word, orZero(sum(rate(selector)), seen(end)), { unit: 'flows/s', description });
  return {
    title: scope === 'namespace' ? 'Namespace Snapshot' : 'Workload Snapshot',
    panels: directions.flatMap(({ id, word, end, does }) => [
      now(id, `${word} Flows`, end, seen(end), `Flows that the pods ${does}.`),
      now(`${id}-drop`, `${word} Drops`, end, series('hubble_drop_total', pods(scope, end)), `Dropped packets and refused requests that the pods ${does}.`),
      stat(`${id}-bytes`, `${word} Bytes`, sum(rate(series('weir_pod_bytes_total', pods(scope, end)))), { unit: 'bytes/s', description: `Bytes that the pods ${does}, IP headers included.` }),
      stat(`${id}-syn`, `${word} Missing SYN-ACK`, unanswered(scope, end).total, { unit: 'flows/s', description: 'Connections that were opened and not answered.' }),
      now(`${id}-rst`, `${word} RST`, end, series('hubble_tcp_flags_total', pods(scope, end), 'flag="RST"'), `Resets that the pods ${does}.`),
      now(`${id}-fin`, `${word} FIN`, end, series('hubble_tcp_flags_total', pods(scope, end), 'flag="FIN"'), `Ends of connections that the pods ${does}.`),
    ]),
  };
}

function flows(scope: Scope): Row {
  const of = (end: End, ...more: string[]) => series('hubble_flows_processed_total', pods(scope, end), ...more);
  const pair = (draw: (direction: (typeof directions)[number]) => MetricPanel) => directions.map(draw);
  return {
    title: 'Flows',
    panels: [
      ...pair(({ id, word, end }) => lines(`${id}-trace`, `${word} Flows by Trace Type`, sumBy(['subtype'], rate(of(end, 'type="Trace"'))), { unit: 'flows/s', legend: '{{subtype}}', description: 'Where on its way a flow was seen.' })),
      ...pair(({ id, word, end }) => lines(`${id}-verdict`, `${word} Flows by Verdict`, sumBy(['verdict'], rate(of(end))), { unit: 'flows/s', legend: '{{verdict}}', description: 'What became of the flows.' })),
      ...pair(({ id, word, end, Pods }) => heatmap(`${id}-heat`, `Heatmap of ${word} Flows for the Top 10 ${Pods}`, topRates(10, end, of(end)), { unit: 'flows/s', legend: `{{${end}}}`, description: 'Which pods when; the ten with most flows in this time.' })),
      ...pair(({ id, word, end, Pods }) => stacked(`${id}-stack`, `Stacked (Total) ${word} Flows by ${Pods}`, sumBy([end], rate(of(end))), { unit: 'flows/s', legend: `{{${end}}}`, description: 'The pods’ flows on top of each other.' })),
    ],
  };
}

/** One kind of TCP trouble: three numbers, which pods when, and all pods on top of each other. */
function tcp(id: string, title: string, description: string, of: (end: End) => { total: string; byPod: string; top: string }): Row {
  const both = directions.map(({ end }) => of(end).total);
  return {
    title: `TCP: ${title}`,
    panels: [
      ...directions.map(({ id: way, word, end }) => stat(`${id}-${way}`, `${word} ${title}`, of(end).total, { unit: 'flows/s', description, width: 8 })),
      stat(`${id}-all`, `All ${title}`, `(${both[0]}) + (${both[1]})`, { unit: 'flows/s', description: 'Both directions together.', width: 8 }),
      heatmap(`${id}-heat`, `Heatmap of Outgoing ${title} for the Top 10 Source Pods`, of('source').top, { unit: 'flows/s', legend: '{{source}}', description }),
      stacked(`${id}-stack`, `Stacked (Total) Outgoing ${title} by Source Pods`, of('source').byPod, { unit: 'flows/s', legend: '{{source}}', description }),
    ],
  };
}

function rows(scope: Scope): Row[] {
  const flag = (name: string) => (end: End) => {
    const selector = series('hubble_tcp_flags_total', pods(scope, end), `flag="${name}"`);
    return { total: orZero(sum(rate(selector)), series('hubble_flows_processed_total', pods(scope, end))), byPod: sumBy([end], rate(selector)), top: topRates(10, end, selector) };
  };
  return [
    snapshot(scope),
    flows(scope),
    ...dropRows(scope).map((row) => ({ ...row, panels: row.panels.map((panel) => ({ ...panel, id: `drop-${panel.id}` })) })),
    tcp('syn', 'Missing SYN-ACK', 'Connections that were opened and not answered: nobody listens, the answer is lost, or it is dropped on the way.', (end) => ({ ...unanswered(scope, end), top: `topk(10, ${unanswered(scope, end).byPod})` })),
    tcp('rst', 'RST', 'Connections that were cut off.', flag('RST')),
    tcp('fin', 'FIN', 'Connections that were closed in order.', flag('FIN')),
  ];
}

const topNamespaces: Row = {
  title: 'Top Namespaces',
  panels: (['hubble_flows_processed_total', 'hubble_drop_total'] as const).flatMap((metric) => directions.map(({ id, word, end }) => {
    const named = (inner: string) => `sum by (namespace) (label_replace(${inner}, "namespace", "$1", "${end}", "([^/]+)/.*"))`;
    const what = metric === 'hubble_drop_total' ? 'Drops' : 'Flows';
    return bars(`top-${id}-${what.toLowerCase()}`, `Top Namespaces by ${word} ${what}`, `topk(10, ${named(rate(series(metric, `${end}=~".+/.*"`)))})`, { unit: 'flows/s', legend: '{{namespace}}', description: 'Of all namespaces, whichever are chosen.', width: 6, height: 7 });
  })),
};

export const podFlowsNamespace: Dashboard = {
  id: 'pod-flows-namespace', title: 'Pod Flows (Namespace)', source: 'metrics',
  description: 'Flows of the pods of one namespace, or of several: how many, their verdicts, drops, and TCP connections that fail.',
  variables: [cluster, namespace], follows: ['namespace'],
  rows: [topNamespaces, ...rows('namespace')],
};

export const podFlowsWorkload: Dashboard = {
  id: 'pod-flows-workload', title: 'Pod Flows (Workload)', source: 'metrics',
  description: 'Flows of the pods of one workload, or of several: how many, their verdicts, drops, and TCP connections that fail.',
  variables: [cluster, namespace, workload], follows: ['namespace', 'workload'],
  rows: rows('workload'),
};
