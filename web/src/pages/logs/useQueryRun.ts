import { useCallback, useEffect, useRef, useState } from 'react';
import type { QueryRequest } from '../../api/logs';
import { runQuery } from '../../api/logs';
import { Failure } from '../../domain/failure';
import type { QueryResult } from '../../domain/query';
import { choosesTime } from '../../domain/query';
import type { View } from '../../domain/view';
import { timeParameters } from '../../domain/view';
import { remember } from '../../state/queryHistory';

/** The last run: what was asked, and what came of it. */
export interface QueryRun {
  readonly request: QueryRequest | null;
  readonly result: QueryResult | null;
  readonly failure: Failure | null;
  readonly running: boolean;
}

/** What is sent for a query: the range of the top bar goes with it unless the query chooses its own time. */
export function requestOf(query: string, view: View): QueryRequest {
  if (choosesTime(query) || query.trimStart().startsWith('.')) return { query };
  return { query, ...timeParameters(view.time, Date.now()) };
}

/** Runs one query at a time; a newer run ends the older one. */
export function useQueryRun(): { readonly run: QueryRun; readonly start: (query: string, view: View) => void; readonly stop: () => void } {
  const [run, setRun] = useState<QueryRun>({ request: null, result: null, failure: null, running: false });
  const current = useRef<AbortController | null>(null);
  const stop = useCallback(() => {
    current.current?.abort();
    setRun((old) => ({ ...old, running: false }));
  }, []);
  const start = useCallback((query: string, view: View) => {
    if (query.trim() === '') return;
    current.current?.abort();
    const closed = new AbortController();
    current.current = closed;
    const request = requestOf(query, view);
    setRun((old) => ({ ...old, request, failure: null, running: true }));
    runQuery(request, closed.signal).then((result) => {
      if (closed.signal.aborted) return;
      setRun({ request, result, failure: null, running: false });
      remember({ query, at: new Date().toISOString(), rows: result.rows.length });
    }, (reason: unknown) => {
      if (closed.signal.aborted) return;
      setRun({ request, result: null, failure: reason instanceof Failure ? reason : new Failure(0, String(reason)), running: false });
    });
  }, []);
  useEffect(() => () => current.current?.abort(), []);
  return { run, start, stop };
}
