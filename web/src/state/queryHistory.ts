import { useSyncExternalStore } from 'react';

/** A query that was run in this browser. */
export interface PastQuery {
  readonly query: string;
  readonly at: string;
  readonly rows: number;
}

const key = 'weir.queries';
const most = 50;
const listeners = new Set<() => void>();
let cached: { text: string | null; list: readonly PastQuery[] } = { text: null, list: [] };

function read(): readonly PastQuery[] {
  const text = window.localStorage.getItem(key);
  if (text !== cached.text) {
    try {
      cached = { text, list: JSON.parse(text ?? '[]') as PastQuery[] };
    } catch {
      cached = { text, list: [] }; // written by something else; the next query writes it anew
    }
  }
  return cached.list;
}

/** Puts a query first in the history; the same text is kept once. */
export function remember(past: PastQuery): void {
  const rest = read().filter((each) => each.query !== past.query);
  window.localStorage.setItem(key, JSON.stringify([past, ...rest].slice(0, most)));
  for (const listener of listeners) listener();
}

export function useQueryHistory(): readonly PastQuery[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}
