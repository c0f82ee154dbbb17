import type { FlowRow } from './flow';

/**
 * Newest first, at most `limit` rows; rows that arrive twice (a reconnect replays) are kept once.
 * Arrivals are few and nearly always newer than what is shown, so the merge walks both lists once.
 */
export function mergeFlows(shown: readonly FlowRow[], arrived: readonly FlowRow[], limit: number): FlowRow[] {
  const fresh = [...arrived].sort(newestFirst);
  const merged: FlowRow[] = [];
  const oldestFresh = fresh.at(-1)?.time ?? '';
  const seen = new Set<string>();
  let a = 0;
  let b = 0;
  while (merged.length < limit && (a < fresh.length || b < shown.length)) {
    const left = fresh[a];
    const right = shown[b];
    const takeLeft = right === undefined || (left !== undefined && newestFirst(left, right) <= 0);
    const row = takeLeft ? left : right;
    if (takeLeft) a++;
    else b++;
    if (row === undefined) continue;
    // Only rows as new as the arrivals can be repeated: below them the shown list is already free of repeats.
    if (row.time >= oldestFresh) {
      if (seen.has(row.id)) continue;
      seen.add(row.id);
    }
    merged.push(row);
  }
  return merged;
}

function newestFirst(a: FlowRow, b: FlowRow): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** What the counter above a paused table says. */
export function arrivedLabel(count: number): string {
  return count === 1 ? '1 new flow' : `${count.toLocaleString('en')} new flows`;
}
