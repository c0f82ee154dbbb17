import { useCallback, useMemo } from 'react';
import { Icon } from '../../components/Icon';
import { CheckMenu } from '../../components/Menu';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { Legend } from '../../components/VerdictMark';
import type { FlowRow } from '../../domain/flow';
import { arrivedLabel } from '../../domain/flows';
import { count, perSecond } from '../../domain/format';
import { dayTime } from '../../domain/clock';
import { useFlowFeed } from '../../state/flowFeed';
import type { FeedState, FlowFeed } from '../../state/flowFeed';
import { useKeys } from '../../state/keys';
import { change, changeDetail, useView } from '../../state/view';
import { TimelineStrip } from '../TimelineStrip';
import { columns as allColumns, standardColumns } from './columns';
import { FlowPanel } from './FlowPanel';
import { FlowTable } from './FlowTable';
import './flows.css';

/** The live and historical table of flows. */
export function FlowsPage() {
  const view = useView();
  const { feed, state } = useFlowFeed(view);
  const selected = view.detail['flow'] ?? null;
  const chosenText = view.detail['cols'];
  const columns = useMemo(() => {
    const chosen = chosenText?.split(',') ?? standardColumns;
    return allColumns.filter((column) => chosen.includes(column.id));
  }, [chosenText]);

  const select = useCallback((flow: FlowRow | null) => {
    changeDetail(flow === null ? { flow: '', at: '' } : { flow: flow.id, at: flow.time });
    if (flow === null) feed.release('panel');
    else feed.hold('panel');
  }, [feed]);
  const press = useCallback(() => feed.hold('panel'), [feed]);
  const away = useCallback((isAway: boolean) => {
    if (isAway) feed.hold('scroll');
    else feed.release('scroll');
  }, [feed]);
  useKeys({ Escape: () => selected !== null && (select(null), true) });

  const setColumn = (id: string, shown: boolean) => {
    const ids = columns.map((column) => column.id);
    const next = shown ? [...ids, id] : ids.filter((each) => each !== id);
    changeDetail({ cols: next.join(',') === standardColumns.join(',') ? '' : next.join(',') });
  };

  return (
    <div className="page-split">
      <div className="page-main">
        <TimelineStrip />
        <div className="toolbar">
          <FeedLine state={state} feed={feed} live={view.time.kind === 'live'} />
          <Legend tones={['forwarded', 'dropped', 'error', 'redirected', 'audit']} />
          <CheckMenu trigger={<button type="button" className="button small"><Icon name="columns" size={14} /> Columns</button>}
            items={allColumns.map((column) => ({ id: column.id, label: column.title, checked: columns.includes(column) }))} onChange={setColumn} />
        </div>
        <Table state={state} feed={feed}>
          <FlowTable rows={state.rows} columns={columns} selected={selected} onSelect={select} onAway={away} onPress={press} onEnd={() => feed.older()} label="Flows, newest first" />
        </Table>
      </div>
      {selected !== null && <FlowPanel id={selected} time={view.detail['at'] ?? ''} onClose={() => select(null)} onSelect={select} />}
    </div>
  );
}

function Table({ state, feed, children }: { readonly state: FeedState; readonly feed: FlowFeed; readonly children: React.ReactNode }) {
  const view = useView();
  if (state.failure !== null && state.rows.length === 0) return <FailureNotice what="The flows cannot be shown" failure={state.failure} />;
  if (state.rows.length > 0) return children;
  if (state.loading) return <Skeleton lines={14} label="Loading flows" />;
  const filtered = view.filter !== '' || view.namespaces.length > 0;
  return (
    <Notice title={filtered ? 'No flow matches' : 'No flows yet'} action={filtered
      ? <button type="button" className="button" onClick={() => change({ filter: '', namespaces: [] })}>Clear filter and namespaces</button>
      : undefined}>
      {view.time.kind === 'live'
        ? 'Rows appear here as soon as a pod sends or receives something that matches.'
        : 'Nothing that matches was recorded in this time range. Widen the range, or go live.'}
      {!view.system && ' Traffic of the system (DNS to kube-dns, the nodes themselves) is shown here as well.'}
      {feed.snapshot().aggregatedBefore !== null && ' Older flows are kept as sums only; ask for them in Logs.'}
    </Notice>
  );
}

function FeedLine({ state, feed, live }: { readonly state: FeedState; readonly feed: FlowFeed; readonly live: boolean }) {
  if (!live) {
    return (
      <span className="muted">
        {count(state.rows.length)}{state.more ? '+' : ''} flows
        {state.aggregatedBefore !== null && <> · only sums before {dayTime(state.aggregatedBefore)}</>}
      </span>
    );
  }
  return (
    <div className="row feed">
      <button type="button" className="button small" aria-pressed={state.held} onClick={() => (state.held ? feed.resume() : feed.hold('button'))}>
        <Icon name={state.held ? 'play' : 'pause'} size={12} /> {state.held ? 'Resume' : 'Pause'}
      </button>
      {state.held && state.waiting > 0 && (
        <button type="button" className="button small primary" onClick={() => feed.resume()}>{arrivedLabel(state.waiting)}</button>
      )}
      <StreamWord state={state} />
    </div>
  );
}

function StreamWord({ state }: { readonly state: FeedState }) {
  const { stream } = state;
  if (stream?.kind === 'broken') return <span className="tone-error" role="status">! {stream.message} Trying again in {stream.retryMs / 1000} s.</span>;
  if (stream?.kind !== 'open') return <span className="muted">Connecting…</span>;
  return (
    <span className="muted">
      {state.held ? 'held' : 'live'} · {perSecond(Math.round(state.perSecond))}
      {state.skippedPerSecond > 0 && <span title="The hub sends at most 2,000 flows a second to a page. Filter to see every one."> · {perSecond(Math.round(state.skippedPerSecond))} not shown</span>}
      {state.lost > 0 && <span className="tone-error"> · ! {count(state.lost)} lost</span>}
    </span>
  );
}
