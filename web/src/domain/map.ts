import type { Coverage } from './hub';
import type { RuleName } from './flow';
import type { Tone } from './verdict';

export type Tier = 'outside' | 'entry' | 'service' | 'store';

/** What a card was asked on one of its ports: HTTP by method and path, DNS by name. Counts are of the whole range. */
export interface MapEndpoint {
  readonly kind: 'http' | 'dns';
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly name?: string;
  readonly count: number;
  readonly errors: number;
}

/** One card of the map. Rates are flows a second; the sparks are the flows of 20 equal parts of the range. */
export interface MapNode {
  readonly id: string;
  readonly kind: 'workload' | 'namespace' | 'world' | 'host' | 'remote-node' | 'kube-apiserver' | 'unmanaged' | 'service' | 'unresolved';
  readonly namespace?: string;
  readonly name: string;
  readonly workloadKind?: string;
  /** Only of what is nothing but an address: that of a service without a backend, or of nobody. */
  readonly address?: string;
  readonly tier: Tier;
  readonly ports: readonly { readonly port: number; readonly protocol: string; readonly flows: number }[];
  readonly endpoints: readonly MapEndpoint[];
  readonly rate: number;
  readonly drops: number;
  readonly spark: readonly number[];
  readonly dropSpark: readonly number[];
}

/** What goes from one card to another on one port with one verdict. `dropShare` is between 0 and 1. */
export interface MapEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  readonly verdict: Tone;
  readonly flows: number;
  readonly rate: number;
  readonly dropShare: number;
  readonly requests?: number;
  readonly errors?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly names: readonly string[];
  readonly rules: readonly RuleName[];
}

export interface MapData {
  readonly from: string;
  readonly to: string;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly hiddenSystem: number;
  /** There was more than could be read in time; rates are then too low. */
  readonly partial?: boolean;
  readonly coverage?: Coverage;
}

/** Width of an edge in pixels: logarithmic, so that a trickle is seen beside a flood. */
export function edgeWidth(rate: number): number {
  return Math.min(1.2 + Math.log10(1 + Math.max(rate, 0)) * 1.3, 7);
}

/** An endpoint as people write it: `GET /products`, `www.microsoft.com`. */
export const endpointText = (endpoint: MapEndpoint) => (endpoint.kind === 'dns' ? endpoint.name ?? '' : `${endpoint.method ?? ''} ${endpoint.path ?? ''}`);

/** How long the range of a map is, in seconds. */
export const secondsOf = (data: { readonly from: string; readonly to: string }) => Math.max((Date.parse(data.to) - Date.parse(data.from)) / 1000, 1);

/** The filter that selects the flows of a card. */
export function nodeTerm(node: MapNode): { key: string; value: string } {
  switch (node.kind) {
    case 'workload': return { key: 'workload', value: `${node.namespace ?? ''}/${node.name}` };
    case 'namespace': return { key: 'namespace', value: node.name };
    case 'world': return node.name === 'world' ? { key: 'identity', value: 'world' } : /^[\d.:a-f]+(\/\d+)?$/i.test(node.name) ? { key: 'ip', value: node.name } : { key: 'dns', value: node.name };
    case 'service': case 'unresolved': return node.address === undefined ? { key: 'identity', value: 'unknown' } : { key: 'ip', value: node.address };
    default: return { key: 'identity', value: node.kind };
  }
}

/** Denied and failing connections first, then the busiest. */
export function byConcern(a: MapEdge, b: MapEdge): number {
  const concern = (edge: MapEdge) => ({ dropped: 3, error: 2, audit: 1, redirected: 0, forwarded: 0 })[edge.verdict];
  return concern(b) - concern(a) || b.rate - a.rate;
}
