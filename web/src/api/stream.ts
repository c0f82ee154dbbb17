import { Failure } from '../domain/failure';
import { LineCutter } from '../domain/lines';
import { send } from './http';

/** What a stream tells: pieces as they come, and whether it is connected. */
export interface StreamListener<T> {
  onPiece(piece: T): void;
  onState(state: StreamState): void;
  /** The path to reconnect to; asked anew each time, so that it can carry the last time seen. */
  path(): string;
}

export type StreamState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'broken'; readonly message: string; readonly retryMs: number }
  | { readonly kind: 'refused'; readonly failure: Failure };

const firstRetryMs = 1000;
const longestRetryMs = 10_000;
/** The hub sends a piece every two seconds at least; silence for this long is a dead connection. */
const silenceMs = 10_000;

/** Reads newline-delimited JSON until closed; reconnects with growing pauses. Returns what closes it. */
export function openStream<T>(listener: StreamListener<T>): () => void {
  const closed = new AbortController();
  void keepOpen(listener, closed.signal);
  return () => {
    closed.abort();
  };
}

async function keepOpen<T>(listener: StreamListener<T>, closed: AbortSignal): Promise<void> {
  let retryMs = firstRetryMs;
  while (!isAborted(closed)) {
    listener.onState({ kind: 'connecting' });
    let message = 'The hub ended the stream.';
    try {
      await readOnce(listener, closed, () => {
        retryMs = firstRetryMs;
      });
    } catch (reason) {
      if (reason instanceof Failure && reason.status >= 400 && reason.status < 500) {
        if (!closed.aborted) listener.onState({ kind: 'refused', failure: reason });
        return;
      }
      if (reason instanceof Error && reason.name !== 'AbortError') message = reason.message;
      else message = 'The hub fell silent.';
    }
    if (isAborted(closed)) return;
    listener.onState({ kind: 'broken', message, retryMs });
    await pause(retryMs, closed);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }
}

async function readOnce<T>(listener: StreamListener<T>, closed: AbortSignal, alive: () => void): Promise<void> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMs);
  try {
    const response = await send(listener.path(), { signal: AbortSignal.any([closed, silent.signal]) });
    if (response.body === null) return;
    listener.onState({ kind: 'open' });
    const cutter = new LineCutter();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceMs);
      alive();
      for (const line of cutter.push(value)) listener.onPiece(JSON.parse(line) as T);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Asked through a function, since the type checker takes a flag that it saw false to stay false. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function pause(milliseconds: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    closed.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
