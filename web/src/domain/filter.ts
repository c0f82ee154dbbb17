/**
 * The filter language of the bar: Hubble's filters as words, `from:pod=pets/store-front verdict=dropped !port=53`.
 * The hub decides what a filter means; this file only cuts it into terms, so that they can be shown as chips and edited.
 */
export const filterKeys: Readonly<Record<string, string>> = {
  pod: 'namespace/name, by prefix',
  namespace: 'a namespace',
  workload: 'namespace/name of a Deployment, StatefulSet, …',
  label: 'key=value',
  ip: 'address or CIDR',
  port: 'a port number',
  identity: 'a number, or world, host, remote-node, …',
  dns: 'a DNS name, * matches within a label',
  protocol: 'tcp, udp, icmp, sctp, dns or http',
  verdict: 'forwarded, dropped, error, audit or redirected',
  type: 'trace, drop, l7, policy-verdict, sock',
  reason: 'a drop reason, such as policy_denied',
  'http.method': 'GET, POST, …',
  'http.path': 'a regular expression',
  'http.status': '404, 5xx, …',
  service: 'namespace/name of a Service',
  event: 'to-endpoint, policy-verdict, drop, …',
  direction: 'ingress or egress',
  reply: 'true or false',
  rule: 'namespace/name of a policy, a list in it: pets/web/egress[0]',
  node: 'name of a node',
};

export type Side = 'from' | 'to' | 'either';

export interface Term {
  /** The term as written. */
  readonly text: string;
  /** Where it starts in the filter, counted in UTF-16 units. */
  readonly start: number;
  readonly excluded: boolean;
  readonly side: Side;
  readonly key: string;
  readonly value: string;
}

/** Cuts a filter into its terms at blanks outside double quotes. Never fails: a term without `=` has an empty key. */
export function parseFilter(filter: string): Term[] {
  const terms: Term[] = [];
  for (const match of filter.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) terms.push(parseTerm(match[0], match.index));
  return terms;
}

function parseTerm(text: string, start: number): Term {
  let rest = text;
  const excluded = rest.startsWith('!');
  if (excluded) rest = rest.slice(1);
  let side: Side = 'either';
  for (const name of ['from', 'to', 'either'] as const) {
    if (rest.startsWith(`${name}:`)) {
      side = name;
      rest = rest.slice(name.length + 1);
      break;
    }
  }
  const equals = rest.indexOf('=');
  const key = equals < 0 ? '' : rest.slice(0, equals);
  const value = (equals < 0 ? rest : rest.slice(equals + 1)).replaceAll('"', '');
  return { text, start, excluded, side, key, value };
}

/** What a click on a value adds. */
export interface Wanted {
  readonly key: string;
  readonly value: string;
  readonly side?: Side;
}

export function formatTerm(wanted: Wanted, excluded = false): string {
  const side = wanted.side === undefined || wanted.side === 'either' ? '' : `${wanted.side}:`;
  const value = /\s/.test(wanted.value) ? `"${wanted.value}"` : wanted.value;
  return `${excluded ? '!' : ''}${side}${wanted.key}=${value}`;
}

/** Adds a term; the same term is kept once, and its opposite is replaced, since both together select nothing. */
export function withTerm(filter: string, wanted: Wanted, excluded = false): string {
  const term = formatTerm(wanted, excluded);
  const opposite = formatTerm(wanted, !excluded);
  const kept = parseFilter(filter).map((each) => each.text).filter((text) => text !== opposite && text !== term);
  return [...kept, term].join(' ');
}

/** The filter without the term at `index`. */
export function withoutTerm(filter: string, index: number): string {
  return parseFilter(filter).filter((_, each) => each !== index).map((term) => term.text).join(' ');
}

/** The words at the caret: what completion replaces. */
export function termAt(filter: string, caret: number): { start: number; end: number; text: string } {
  const term = parseFilter(filter).find((each) => caret >= each.start && caret <= each.start + each.text.length);
  return term === undefined
    ? { start: caret, end: caret, text: '' }
    : { start: term.start, end: term.start + term.text.length, text: term.text };
}

export interface Completion {
  readonly text: string;
  readonly insert: string;
  readonly detail: string;
  /** The piece of the filter that is replaced; left out, the whole term at the caret. */
  readonly start?: number;
  readonly length?: number;
}

/** Completion that needs no hub: the keys, and their sides. */
export function completeKeys(filter: string, caret: number): Completion[] {
  const { text } = termAt(filter, caret);
  const [, prefix = '', typed = ''] = /^(!?(?:(?:from|to|either):)?)([^=]*)$/.exec(text) ?? [];
  if (text.includes('=')) return [];
  const keys = Object.entries(filterKeys)
    .filter(([key]) => key.startsWith(typed))
    .map(([key, detail]) => ({ text: `${prefix}${key}=`, insert: `${prefix}${key}=`, detail }));
  const sides = /:/.test(prefix) || typed === '' && prefix === ''
    ? []
    : ['from:', 'to:'].filter((side) => side.startsWith(typed)).map((side) => ({
        text: `${prefix}${side}`, insert: `${prefix}${side}`, detail: side === 'from:' ? 'only the source' : 'only the destination',
      }));
  return [...sides, ...keys];
}

/** Puts a completion in the place of the term at the caret; says where the caret goes. */
export function applyCompletion(filter: string, caret: number, completion: Completion): { filter: string; caret: number } {
  const term = termAt(filter, caret);
  const start = completion.start ?? term.start;
  const end = completion.length === undefined ? term.end : start + completion.length;
  const blank = /[=:]$/.test(completion.insert) || filter[end] === ' ' ? '' : ' ';
  return {
    filter: filter.slice(0, start) + completion.insert + blank + filter.slice(end),
    caret: start + completion.insert.length + blank.length,
  };
}
