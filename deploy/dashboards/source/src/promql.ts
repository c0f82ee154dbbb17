/** A selector; each is held to the chosen clusters. */
export const series = (metric: string, ...matchers: readonly string[]): string => `${metric}{${['cluster=~"$cluster"', ...matchers].join(',')}}`;

/** Per second. */
export const rate = (selector: string): string => `rate(${selector}[$__rate_interval])`;

/** Over the whole time that is shown. */
export const increase = (selector: string): string => `increase(${selector}[$__range])`;

export const sum = (expr: string): string => `sum(${expr})`;

export const sumBy = (labels: readonly string[], expr: string): string => `sum by (${labels.join(', ')}) (${expr})`;

/**
 * Rates of those series that have most over the whole time that is shown. `topk` alone would choose anew at every moment,
 * and draw far more lines than it says.
 */
export const topRates = (most: number, by: string, selector: string): string =>
  `${sumBy([by], rate(selector))} and topk(${most}, ${sumBy([by], `increase(${selector}[$__range] @ end())`)})`;

/** A sum that is 0, and not missing, where flows of the same pods were seen and none of this kind. Nothing seen at all stays missing. */
export const orZero = (expr: string, seen: string): string => `${expr} or 0 * ${sum(rate(seen))}`;

/** What Kubernetes puts behind a workload's name in a pod's: of a ReplicaSet, a DaemonSet or Job, a StatefulSet. `web` is not `web-api`. */
const suffix = '((-[b-df-hj-np-tv-xz2-9]{6,10})?-[b-df-hj-np-tv-xz2-9]{5}|-[0-9]+)?';

/** Which pods a dashboard is about. */
export type Scope = 'namespace' | 'workload';

/** The pods of a scope, as the one end of a flow. */
export const pods = (scope: Scope, end: 'source' | 'destination'): string =>
  scope === 'namespace' ? `${end}=~"($namespace)/.*"` : `${end}=~"($namespace)/($workload)${suffix}"`;

/** The two directions of a scope's traffic, by the label that names its pods. */
export const directions = [
  { id: 'out', word: 'Outgoing', end: 'source', Pods: 'Source Pods', does: 'sent' },
  { id: 'in', word: 'Incoming', end: 'destination', Pods: 'Destination Pods', does: 'received' },
] as const;

export type Direction = (typeof directions)[number];
