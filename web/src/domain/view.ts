import type { TimeRange } from './timeRange';
import { isRangeName, rangeMinutes } from './timeRange';

export const pages = ['map', 'flows', 'logs', 'dashboards', 'policies', 'diagnose'] as const;
export type Page = (typeof pages)[number];

/**
 * Everything that a person selected. The address bar holds it whole, so that a link shares the view;
 * `detail` is what only one page knows (the open row, the chosen columns, the query).
 */
export interface View {
  readonly page: Page;
  /** Namespaces; none means all. */
  readonly namespaces: readonly string[];
  readonly time: TimeRange;
  readonly filter: string;
  readonly system: boolean;
  readonly detail: Readonly<Record<string, string>>;
}

const shared = new Set(['ns', 'range', 'from', 'to', 'q', 'system']);

/** Reads a view from the path and the query of an address; what is unknown or malformed falls back to live, all, no filter. */
export function parseView(path: string, search: string): View {
  const parameters = new URLSearchParams(search);
  const page = pages.find((name) => path === `/${name}` || path.startsWith(`/${name}/`)) ?? 'map';
  const detail: Record<string, string> = {};
  for (const [key, value] of parameters) if (!shared.has(key)) detail[key] = value;
  return {
    page,
    namespaces: (parameters.get('ns') ?? '').split(',').filter((name) => name !== ''),
    time: parseTime(parameters),
    filter: parameters.get('q') ?? '',
    system: parameters.get('system') === '1',
    detail,
  };
}

/** The address of a view; defaults are left out so that links stay short. */
export function formatView(view: View): string {
  const parameters = new URLSearchParams();
  if (view.namespaces.length > 0) parameters.set('ns', view.namespaces.join(','));
  if (view.time.kind === 'last') parameters.set('range', view.time.name);
  if (view.time.kind === 'absolute') {
    parameters.set('from', view.time.from);
    parameters.set('to', view.time.to);
  }
  if (view.filter.trim() !== '') parameters.set('q', view.filter.trim());
  if (view.system) parameters.set('system', '1');
  for (const [key, value] of Object.entries(view.detail)) if (value !== '') parameters.set(key, value);
  const query = parameters.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `/${view.page}${query === '' ? '' : `?${query}`}`;
}

/** The same question on another page: namespaces, time and filter stay, what belonged to the page goes. */
export function onPage(view: View, page: Page, detail: Readonly<Record<string, string>> = {}): View {
  return { ...view, page, detail: page === view.page ? { ...view.detail, ...detail } : detail };
}

/** The parameters of the hub's API that every page sends. A live view sends no times: the hub takes the last five minutes. */
export function scopeParameters(view: View, now: number): URLSearchParams {
  const parameters = new URLSearchParams();
  if (view.namespaces.length > 0) parameters.set('ns', view.namespaces.join(','));
  if (view.filter.trim() !== '') parameters.set('q', view.filter.trim());
  if (view.system) parameters.set('system', '1');
  for (const [key, value] of Object.entries(timeParameters(view.time, now))) parameters.set(key, value);
  return parameters;
}

/** `from` and `to` of a range as the API takes them. */
export function timeParameters(time: TimeRange, now: number): { from?: string; to?: string } {
  if (time.kind === 'absolute') return { from: time.from, to: time.to };
  if (time.kind === 'live') return {};
  const minutes = rangeMinutes[time.name];
  return { from: new Date(now - minutes * 60_000).toISOString(), to: new Date(now).toISOString() };
}

function parseTime(parameters: URLSearchParams): TimeRange {
  const from = parameters.get('from');
  const to = parameters.get('to');
  if (from !== null && to !== null && Date.parse(from) < Date.parse(to)) return { kind: 'absolute', from, to };
  const range = parameters.get('range') ?? '';
  return isRangeName(range) ? { kind: 'last', name: range } : { kind: 'live' };
}
