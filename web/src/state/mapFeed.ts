import { useEffect, useState } from 'react';
import { mapOf, mapPath } from '../api/map';
import type { StreamState } from '../api/stream';
import { openStream } from '../api/stream';
import { Failure } from '../domain/failure';
import type { MapData } from '../domain/map';
import type { View } from '../domain/view';
import { scopeParameters } from '../domain/view';

export interface MapState {
  readonly data: MapData | null;
  readonly stream: StreamState | null;
  readonly failure: Failure | null;
}

const nothing: MapState = { data: null, stream: null, failure: null };
/** A range that ends now is asked again as it moves. */
const refreshMs = 15_000;

function scopeOf(view: View): URLSearchParams {
  const scope = scopeParameters(view, Date.now());
  scope.set('group', 'workload');
  if (view.detail['expand'] !== undefined) scope.set('expand', view.detail['expand']);
  return scope;
}

/** The map of a view: streamed while live, asked once for a fixed span. Until another question is answered the old map stays. */
export function useMapData(view: View): MapState {
  const [state, setState] = useState<MapState>(nothing);
  const key = JSON.stringify([view.namespaces, view.time, view.filter, view.system, view.detail['expand']]);

  useEffect(() => {
    if (view.time.kind === 'live') {
      return openStream<MapData>({
        path: () => mapPath(scopeOf(view), true),
        onPiece: (data) => setState((old) => ({ ...old, data, failure: null })),
        onState: (stream) => setState((old) => ({ ...old, stream, failure: stream.kind === 'refused' ? stream.failure : old.failure })),
      });
    }
    const closed = new AbortController();
    const ask = () => mapOf(scopeOf(view), closed.signal).then(
      (data) => setState({ data, stream: null, failure: null }),
      (reason: unknown) => {
        if (!closed.signal.aborted) setState((old) => ({ ...old, stream: null, failure: reason instanceof Failure ? reason : new Failure(0, String(reason)) }));
      });
    void ask();
    const timer = view.time.kind === 'last' ? setInterval(() => void ask(), refreshMs) : undefined;
    return () => {
      closed.abort();
      clearInterval(timer);
    };
    // The key says all of the view that the map asks about.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);

  return state;
}
