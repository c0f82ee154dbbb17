/** The time that a view asks about: the newest `minutes` as they pass, or a fixed span of ISO times in UTC. */
export type TimeRange =
  | { readonly kind: 'live' }
  | { readonly kind: 'last'; readonly name: RangeName }
  | { readonly kind: 'absolute'; readonly from: string; readonly to: string };

export const rangeMinutes = { '5m': 5, '15m': 15, '1h': 60, '6h': 360, '24h': 1440, '7d': 10080 } as const;
export type RangeName = keyof typeof rangeMinutes;

const rangeWords: Record<RangeName, string> = {
  '5m': 'last 5 minutes', '15m': 'last 15 minutes', '1h': 'last hour', '6h': 'last 6 hours', '24h': 'last 24 hours', '7d': 'last 7 days',
};
export const rangeNames = Object.keys(rangeMinutes) as RangeName[];

export function isRangeName(text: string): text is RangeName {
  return text in rangeMinutes;
}

/** The span as two instants in milliseconds; `now` is the hub's clock. Live views look at the last five minutes. */
export function spanOf(range: TimeRange, now: number): { from: number; to: number } {
  if (range.kind === 'absolute') return { from: Date.parse(range.from), to: Date.parse(range.to) };
  const minutes = range.kind === 'live' ? 5 : rangeMinutes[range.name];
  return { from: now - minutes * 60_000, to: now };
}

/** What the top bar says about the range, in local time. */
export function rangeLabel(range: TimeRange): string {
  if (range.kind === 'live') return 'Live';
  if (range.kind === 'last') return rangeWords[range.name].replace(/^l/, 'L');
  return spanLabel(Date.parse(range.from), Date.parse(range.to));
}

/** `29 Nov 14:02 – 14:17`: the day once when both ends are on it. */
export function spanLabel(from: number, to: number): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
  const withSeconds = to - from < 10 * 60_000;
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit', minute: '2-digit', ...(withSeconds ? { second: '2-digit' as const } : {}),
  });
  const sameDay = day.format(from) === day.format(to);
  return `${day.format(from)} ${clock.format(from)} – ${sameDay ? '' : `${day.format(to)} `}${clock.format(to)}`;
}

/** A brushed span, widened to a second at least and in order. */
export function brushed(a: number, b: number): TimeRange {
  const from = Math.floor(Math.min(a, b) / 1000) * 1000;
  const to = Math.max(Math.ceil(Math.max(a, b) / 1000) * 1000, from + 1000);
  return { kind: 'absolute', from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
