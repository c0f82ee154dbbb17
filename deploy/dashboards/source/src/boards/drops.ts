import type { Dashboard, Row } from '../model.js';
import { heatmap, lines, stacked, stat, total } from '../panels.js';
import type { Scope } from '../promql.js';
import { directions, increase, orZero, pods, rate, series, sum, sumBy, topRates } from '../promql.js';
import { cluster, namespace, workload } from '../variables.js';

/** Drops by reason and by pod, both directions side by side. */
export const dropRows = (scope: Scope): Row[] => {
  const dropped = (end: 'source' | 'destination') => series('hubble_drop_total', pods(scope, end));
  return [
    {
      title: 'Dropped Traffic by Reason',
      panels: directions.map(({ id, word, end, does }) => lines(`${id}-reason`, `Dropped ${word} Traffic by Reason`, sumBy(['reason'], rate(dropped(end))), { unit: 'flows/s', legend: '{{reason}}', description: `Why what the pods ${does} was dropped. POLICY_DENIED: no rule allows it; POLICY_DENY: a deny rule forbids it.` })),
    },
    {
      title: 'Drops by Pod',
      panels: [
        ...directions.map(({ id, word, end, Pods }) => heatmap(`${id}-heat`, `Heatmap of ${word} Drops for the Top 10 ${Pods}`, topRates(10, end, dropped(end)), { unit: 'flows/s', legend: `{{${end}}}`, description: 'Which pods when; the ten with most drops in this time.' })),
        ...directions.map(({ id, word, end, Pods }) => stacked(`${id}-stack`, `Stacked (Total) ${word} Drops by ${Pods}`, sumBy([end], rate(dropped(end))), { unit: 'flows/s', legend: `{{${end}}}`, description: 'The pods’ drops on top of each other.' })),
      ],
    },
  ];
};

const lost = (end: 'source' | 'destination') => series('hubble_drop_total', pods('workload', end));
const seen = (end: 'source' | 'destination') => series('hubble_flows_processed_total', pods('workload', end));

const snapshot: Row = {
  title: 'Workload Snapshot',
  panels: [
    ...directions.map(({ id, word, end, does }) => stat(`${id}-now`, `${word} Drops Now`, orZero(sum(rate(lost(end))), seen(end)), { unit: 'flows/s', description: `Dropped packets and refused requests that the workload ${does}.`, width: 6 })),
    ...directions.map(({ id, word, end, does }) => total(`${id}-total`, `${word} Drops in This Time`, orZero(sum(increase(lost(end))), seen(end)), { unit: 'flows', description: `All drops of what the workload ${does}, over the time that is shown.` })),
    ...directions.map(({ id, word, end, does }) => stat(`${id}-share`, `${word} Flows Dropped`, `100 * (${orZero(sum(rate(lost(end))), seen(end))}) / (${sum(rate(seen(end)))} > 0)`, { unit: 'percent', description: `Drops among all flows that the workload ${does}.`, width: 12 })),
  ],
};

export const dropsWorkload: Dashboard = {
  id: 'drops-workload', title: 'Drops (Workload)', source: 'metrics',
  description: 'What is dropped on the way from and to the pods of one workload, or of several, and why.',
  variables: [cluster, namespace, workload], follows: ['namespace', 'workload'],
  rows: [snapshot, ...dropRows('workload')],
};
