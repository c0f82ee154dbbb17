import { useEffect, useRef, useState } from 'react';
import { panelData } from '../../api/dashboards';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { Skeleton } from '../../components/Notice';
import { Pop } from '../../components/Pop';
import type { ChartMark } from '../../components/TimeChart';
import type { Panel, PanelData } from '../../domain/dashboard';
import { isKql, stepSeconds, titled } from '../../domain/dashboard';
import { spanOf } from '../../domain/timeRange';
import { useAsk } from '../../state/ask';
import { goTo, useView } from '../../state/view';
import { PanelBody } from './PanelBody';

interface DashboardPanelProps {
  readonly dashboard: string;
  readonly panel: Panel;
  readonly marks: readonly ChartMark[];
}

const rowPixels = 32;
const refreshMs = 15_000;

/** One panel; it asks for its data when it is first scrolled into sight. */
export function DashboardPanel({ dashboard, panel, marks }: DashboardPanelProps) {
  const view = useView();
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    }, { rootMargin: '200px' });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const workload = view.detail['workload'] ?? '';
  const node = view.detail['node'] ?? '';
  const title = titled(panel.title, { namespace: view.namespaces.join(', '), workload });
  const key = JSON.stringify([dashboard, panel.id, view.namespaces, view.time, workload, node]);
  const answer = useAsk(seen ? key : null, (signal) => {
    const { from, to } = spanOf(view.time.kind === 'live' ? { kind: 'last', name: '15m' } : view.time, Date.now());
    const parameters = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), step: String(stepSeconds(from, to)) });
    if (view.namespaces.length > 0) parameters.set('ns', view.namespaces.join(','));
    if (workload !== '') parameters.set('workload', workload);
    if (node !== '') parameters.set('node', node);
    return panelData(dashboard, panel.id, parameters, signal).then((data) => ({ data, span: [from / 1000, to / 1000] as const }));
  }, view.time.kind === 'absolute' ? undefined : refreshMs);

  const height = panel.height * rowPixels;
  return (
    <article ref={box} className="dash-panel" aria-label={title} style={{ gridColumn: `span ${Math.min(Math.max(panel.width, 1), 24)}`, minHeight: height }}>
      <header className="spread">
        <h4 className="cut" title={panel.description ?? title}>{title}</h4>
        {answer.value !== null && <OpenQuery data={answer.value.data} />}
      </header>
      {answer.value === null && answer.failure === null && <Skeleton lines={3} label={`Loading ${title}`} />}
      {answer.value === null && answer.failure !== null && <p className="panel-note tone-error" role="alert">! {answer.failure.message}</p>}
      {answer.value !== null && <PanelBody panel={{ ...panel, title }} data={answer.value.data} span={answer.value.span} height={height - 36} marks={marks} />}
    </article>
  );
}

function OpenQuery({ data }: { readonly data: PanelData }) {
  if (isKql(data.query)) {
    return <button type="button" className="button plain icon small" aria-label="Open as query" title="Open as query" onClick={() => goTo('logs', { query: data.query })}><Icon name="external" size={13} /></button>;
  }
  return (
    <Pop label="Query" align="end" trigger={<button type="button" className="button plain icon small" aria-label="Open as query" title="Open as query"><Icon name="external" size={13} /></button>}>
      <div className="panel-query">
        <b>PromQL</b> <span className="faint">{data.source === 'hub' ? 'answered from the hub’s own metrics' : 'answered by Prometheus'}</span>
        <pre tabIndex={0}>{data.query}</pre>
        <CopyButton label="Copy" text={data.query} />
      </div>
    </Pop>
  );
}
