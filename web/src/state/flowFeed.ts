import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { flows } from '../api/hub';
import type { StreamState } from '../api/stream';
import { openStream } from '../api/stream';
import { Failure } from '../domain/failure';
import type { FlowRow } from '../domain/flow';
import { mergeFlows } from '../domain/flows';
import type { FlowFrame } from '../domain/hub';
import type { View } from '../domain/view';
import { scopeParameters } from '../domain/view';

/** What the table shows of the feed. */
export interface FeedState {
  readonly rows: readonly FlowRow[];
  /** Flows that came while the table was held. */
  readonly waiting: number;
  readonly held: boolean;
  readonly stream: StreamState | null;
  readonly failure: Failure | null;
  readonly loading: boolean;
  readonly more: boolean;
  readonly aggregatedBefore: string | null;
  /** Matched flows a second over the last seconds, and how many of them the hub left out to keep the page quick. */
  readonly perSecond: number;
  readonly skippedPerSecond: number;
  readonly lost: number;
}

/** Why the rows stand still: the button, a place below the top, a row that is read. */
export type Holder = 'button' | 'scroll' | 'panel';

const rowLimit = 5000;
/** Some screens full; scrolling asks for more. */
const pageSize = 300;
const rateWindowMs = 3000;
/** When more than this many rows come at once nobody can read them as they pass: they are shown in larger steps, and the page stays smooth. */
const unreadable = 100;
const unreadableStepMs = 500;

const empty: FeedState = {
  rows: [], waiting: 0, held: false, stream: null, failure: null, loading: true, more: false, aggregatedBefore: null,
  perSecond: 0, skippedPerSecond: 0, lost: 0,
};

let early: { readonly key: string; readonly page: ReturnType<typeof flows> } | null = null;

/** What of a view the feed asks about; what the page alone knows (`detail`) does not matter to it. */
const keyOf = (view: View) => JSON.stringify([view.namespaces, view.time, view.filter, view.system]);

/** Asks for the first rows of a view before there is a page, so that they do not wait for the session: a hub that wants a token refuses both. */
export function askEarly(view: View): void {
  if (view.page !== 'flows') return;
  const page = flows(scopeParameters(view, Date.now()), pageSize);
  page.catch(() => undefined);
  early = { key: keyOf(view), page };
}

/** The rows that were asked for early, once; what was refused is asked for again. */
function takeEarly(view: View, again: () => ReturnType<typeof flows>): ReturnType<typeof flows> {
  const page = early?.key === keyOf(view) ? early.page.catch(again) : again();
  early = null;
  return page;
}

/** The flows of one view: the past from the store, and what comes after it when the view is live. */
export class FlowFeed {
  private state = empty;
  private pending: FlowRow[] = [];
  private gathered: FlowRow[] = [];
  private shownAt = 0;
  private missed = 0;
  private lost = 0;
  private readonly listeners = new Set<() => void>();
  private readonly closed = new AbortController();
  private closeStream: (() => void) | null = null;
  private readonly holders = new Set<Holder>();
  private arrivals: { at: number; shown: number; skipped: number }[] = [];

  constructor(private readonly view: View) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly snapshot = () => this.state;

  start(): void {
    const scope = scopeParameters(this.view, Date.now());
    // What is live comes after the first rows, from the newest of them on: until then it would only hold them up.
    void this.load(takeEarly(this.view, () => flows(scope, pageSize, this.closed.signal))).then(() => this.follow());
  }

  private follow(): void {
    if (this.view.time.kind !== 'live' || this.closed.signal.aborted) return;
    this.closeStream = openStream<FlowFrame>({
      path: () => {
        const scope = scopeParameters(this.view, Date.now());
        const newest = this.pending[0]?.time ?? this.state.rows[0]?.time;
        if (newest !== undefined) scope.set('from', newest);
        return `/ui/api/flows/live?${scope.toString()}`;
      },
      onPiece: (frame) => this.take(frame),
      onState: (stream) => this.set({ stream, ...(stream.kind === 'refused' ? { failure: stream.failure } : {}) }),
    });
  }

  stop(): void {
    this.closed.abort();
    this.closeStream?.();
  }

  /** Keeps the rows still for one of several reasons; what comes is counted and shown when the last reason goes. */
  hold(why: Holder): void {
    this.holders.add(why);
    if (!this.state.held) this.set({ held: true });
  }

  release(why: Holder): void {
    if (this.holders.delete(why) && this.holders.size === 0) this.resume();
  }

  /** Shows all that waited, whatever the rows were held for. */
  resume(): void {
    this.holders.clear();
    if (!this.state.held) return;
    const rows = mergeFlows(this.state.rows, this.pending, rowLimit);
    this.pending = [];
    this.set({ held: false, waiting: 0, rows });
  }

  /** Loads what lies before the oldest row. */
  older(): void {
    const oldest = this.state.rows.at(-1)?.time;
    if (oldest === undefined || this.state.loading || !this.state.more || this.state.rows.length >= rowLimit) return;
    const scope = scopeParameters(this.view, Date.now());
    scope.set('to', oldest);
    void this.load(flows(scope, pageSize, this.closed.signal));
  }

  private async load(asked: ReturnType<typeof flows>): Promise<void> {
    this.set({ loading: true });
    try {
      const page = await asked;
      if (this.closed.signal.aborted) return;
      this.set({
        rows: mergeFlows(this.state.rows, page.flows, rowLimit), more: page.more, loading: false, failure: null,
        aggregatedBefore: page.aggregatedBefore ?? null,
      });
    } catch (reason) {
      if (this.closed.signal.aborted) return;
      this.set({ loading: false, failure: reason instanceof Failure ? reason : new Failure(0, String(reason)) });
    }
  }

  private take(frame: FlowFrame): void {
    const now = performance.now();
    this.arrivals.push({ at: now, shown: frame.flows.length, skipped: frame.skipped });
    this.arrivals = this.arrivals.filter((each) => now - each.at < rateWindowMs);
    this.gathered.push(...frame.flows);
    if (frame.flows.length >= unreadable && now - this.shownAt < unreadableStepMs) {
      this.missed += frame.skipped;
      this.lost += frame.lost;
      return;
    }
    this.shownAt = now;
    this.showGathered(frame.skipped + this.missed, frame.lost + this.lost);
    this.missed = 0;
    this.lost = 0;
  }

  private showGathered(skipped: number, lost: number): void {
    const arrived = this.gathered;
    this.gathered = [];
    const span = rateWindowMs / 1000;
    const skippedPerSecond = this.arrivals.reduce((sum, each) => sum + each.skipped, 0) / span;
    const perSecond = skippedPerSecond + this.arrivals.reduce((sum, each) => sum + each.shown, 0) / span;
    const rates = { perSecond, skippedPerSecond, lost: this.state.lost + lost };
    if (this.state.held) {
      this.pending = mergeFlows(this.pending, arrived, rowLimit);
      this.set({ ...rates, waiting: this.state.waiting + arrived.length + skipped });
    } else if (arrived.length > 0) {
      this.set({ ...rates, rows: mergeFlows(this.state.rows, arrived, rowLimit) });
    } else {
      this.set(rates);
    }
  }

  private set(part: Partial<FeedState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** The feed of a view; another question makes another feed. What the page alone knows (`detail`) does not matter to it. */
export function useFlowFeed(view: View): { readonly feed: FlowFeed; readonly state: FeedState } {
  const key = keyOf(view);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says all of the view that the feed asks about
  const feed = useMemo(() => new FlowFeed(view), [key]);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return { feed, state: useSyncExternalStore(feed.subscribe, feed.snapshot) };
}
