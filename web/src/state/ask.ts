import { useCallback, useEffect, useRef, useState } from 'react';
import { Failure } from '../domain/failure';

/** What is known of an answer. While a newer one is awaited the older stays, so that pages do not flicker. */
export interface Answer<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly loading: boolean;
  /** Asks again. */
  readonly again: () => void;
}

/**
 * Asks the hub whenever `key` changes, and every `everyMs` when given; a null key asks nothing.
 * An answer that comes after its question was replaced is dropped.
 */
export function useAsk<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>, everyMs?: number): Answer<T> {
  const [state, setState] = useState<{ key: string | null; value: T | null; failure: Failure | null; loading: boolean }>(
    { key, value: null, failure: null, loading: key !== null });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });

  useEffect(() => {
    if (key === null) return;
    const closed = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      setState((old) => ({ ...old, loading: true }));
      try {
        const value = await latest.current(closed.signal);
        if (!closed.signal.aborted) setState({ key, value, failure: null, loading: false });
      } catch (reason) {
        if (closed.signal.aborted) return;
        const failure = reason instanceof Failure ? reason : new Failure(0, reason instanceof Error ? reason.message : String(reason));
        setState((old) => ({ key, value: old.key === key ? old.value : null, failure, loading: false }));
      }
      if (everyMs !== undefined && !closed.signal.aborted) timer = setTimeout(() => void run(), everyMs);
    };
    void run();
    return () => {
      closed.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  if (key === null) return { value: null, failure: null, loading: false, again };
  return { value: state.value, failure: state.key === key ? state.failure : null, loading: state.loading || state.key !== key, again };
}
