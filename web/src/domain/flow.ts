/** The verdicts of a flow as Hubble names them. */
export type Verdict = 'FORWARDED' | 'DROPPED' | 'ERROR' | 'AUDIT' | 'REDIRECTED' | 'TRACED' | 'TRANSLATED';

/** One end of a flow. Names are the DNS names that the asking pod resolved to this address. */
export interface End {
  readonly namespace?: string;
  readonly pod?: string;
  readonly workload?: string;
  readonly workloadKind?: string;
  readonly ip: string;
  readonly port?: number;
  readonly identity: number;
  readonly entity?: string;
  readonly names: readonly string[];
  readonly service?: string;
  readonly labels: readonly string[];
}

/** What a proxy saw inside the connection. */
export interface Layer7 {
  readonly kind: 'http' | 'dns';
  readonly request: boolean;
  readonly method?: string;
  readonly url?: string;
  readonly code?: number;
  readonly latencyMs?: number;
  readonly query?: string;
  /** DNS response code: 0 is no error. */
  readonly rcode?: number;
  readonly ips?: readonly string[];
}

/** A rule that took part in a verdict: `field` is its list in the policy and `rule` its place there, from 0. Without a place it is the default deny. */
export interface RuleName {
  readonly effect: 'allow' | 'deny';
  readonly direction: 'ingress' | 'egress';
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly field?: string;
  readonly rule?: number;
}

/** One row of the flow table. Times are ISO 8601 in UTC, as the hub sends them. */
export interface FlowRow {
  readonly id: string;
  readonly time: string;
  readonly verdict: Verdict;
  readonly type: string;
  readonly event: string;
  readonly direction: '' | 'INGRESS' | 'EGRESS';
  readonly reply: boolean | null;
  readonly protocol: string;
  readonly source: End;
  readonly destination: End;
  readonly l7: Layer7 | null;
  readonly summary: string;
  readonly reason?: string;
  readonly rules: readonly RuleName[];
  readonly node: string;
  /** How many flows a row of the store stands for, when more than one. */
  readonly count?: number;
}

/** The end's name as people say it: the pod without its namespace, the entity, the first DNS name, or the address. */
export function endName(end: End): string {
  return end.pod ?? end.workload ?? end.names[0] ?? end.entity ?? end.ip;
}

/** How the name of an end is known, for the tooltip beside its address. */
export function endNameSource(end: End): string {
  if (end.pod !== undefined) return `pod ${end.namespace ?? ''}/${end.pod}, ${end.ip}`;
  if (end.names[0] !== undefined) return `${end.ip}, resolved by DNS as ${end.names.join(', ')}`;
  if (end.entity !== undefined) return `${end.ip}, reserved identity ${end.entity}`;
  return end.ip;
}

/** The filter that selects an end: a pod, a DNS name, or an address. */
export function endTerm(end: End): { key: string; value: string } {
  if (end.pod !== undefined) return { key: 'pod', value: `${end.namespace ?? ''}/${end.pod}` };
  if (end.names[0] !== undefined) return { key: 'dns', value: end.names[0] };
  return { key: 'ip', value: end.ip };
}

/** `combined-fqdn-l7-policy · egress[1]`: a rule as people look for it in the YAML. */
export function ruleLabel(rule: RuleName): string {
  const list = rule.field ?? rule.direction;
  return rule.rule === undefined ? `${rule.name} · ${rule.effect === 'deny' ? `default deny of ${list}` : list}` : `${rule.name} · ${list}[${rule.rule}]`;
}

/** A response of HTTP 400 and above, or DNS other than No Error: drawn as an error, whatever its verdict. */
export function isErrorResponse(flow: FlowRow): boolean {
  if (flow.verdict === 'ERROR') return true;
  if (flow.l7 === null || flow.l7.request) return false;
  if (flow.l7.code !== undefined) return flow.l7.code >= 400;
  return flow.l7.rcode !== undefined && flow.l7.rcode !== 0;
}

const rcodes: Readonly<Record<number, string>> = { 1: 'format error', 2: 'server failure', 3: 'no such name', 4: 'not implemented', 5: 'refused' };

/** What a lookup was answered: the addresses, or why there are none. */
export function dnsAnswer({ rcode = 0, ips = [] }: Layer7): string {
  if (rcode !== 0) return rcodes[rcode] ?? `DNS error ${rcode}`;
  return ips.length === 0 ? 'no address' : `${ips[0] ?? ''}${ips.length > 1 ? ` +${ips.length - 1}` : ''}`;
}
