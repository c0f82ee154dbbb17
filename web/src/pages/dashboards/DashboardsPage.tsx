import { dashboards } from '../../api/dashboards';
import { completions } from '../../api/hub';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import type { Dashboard } from '../../domain/dashboard';
import { useAsk } from '../../state/ask';
import { useTimeline } from '../../state/timeline';
import { changeDetail, useView } from '../../state/view';
import { DashboardPanel } from './DashboardPanel';
import '../logs/logs.css';
import './dashboards.css';

/** The panels of the Grafana set, drawn from Prometheus or from the hub's own recent metrics. */
export default function DashboardsPage() {
  const view = useView();
  const list = useAsk('dashboards', dashboards);
  const chosen = list.value?.find((each) => each.id === view.detail['dash']) ?? list.value?.[0];
  if (list.value === null) {
    return list.failure !== null ? <FailureNotice what="The dashboards cannot be shown" failure={list.failure} again={list.again} /> : <Skeleton lines={10} label="Loading dashboards" />;
  }
  if (chosen === undefined) return <Notice title="No dashboard">The hub was built without its dashboards.</Notice>;
  return (
    <div className="page-split">
      <nav className="side dash-side" aria-label="Dashboards">
        <div className="side-body">
          <ul>{list.value.map((each) => (
            <li key={each.id}><button type="button" className="side-item" aria-current={each === chosen} onClick={() => changeDetail({ dash: each.id }, 'push')}>{each.title}</button></li>
          ))}</ul>
        </div>
      </nav>
      <Board key={chosen.id} dashboard={chosen} />
    </div>
  );
}

function Board({ dashboard }: { readonly dashboard: Dashboard }) {
  const view = useView();
  const { changes } = useTimeline(view);
  const marks = changes.value?.map((revision) => ({ time: Date.parse(revision.time) / 1000, label: `${revision.name} ${revision.change}` })) ?? [];
  return (
    <div className="page-main">
      <div className="toolbar">
        <h2 title={dashboard.description}>{dashboard.title}</h2>
        <span className="grow" />
        {dashboard.variables.includes('node') && <Choice name="node" label="Node" />}
        {dashboard.variables.includes('workload') && <Choice name="workload" label="Workload" />}
        {dashboard.variables.includes('namespace') && <span className="muted">{view.namespaces.length === 0 ? 'All namespaces' : view.namespaces.join(', ')}</span>}
      </div>
      <div className="board" tabIndex={0} role="region" aria-label={dashboard.title}>
        {dashboard.rows.map((row) => (
          <section key={row.title} aria-label={row.title}>
            {row.title !== '' && <h3 className="board-row">{row.title}</h3>}
            <div className="board-grid">
              {row.panels.map((panel) => <DashboardPanel key={panel.id} dashboard={dashboard.id} panel={panel} marks={marks} />)}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

/** One workload or node that the panels are about; all of them where none is given. Completion comes from the hub. */
function Choice({ name, label }: { readonly name: 'workload' | 'node'; readonly label: string }) {
  const view = useView();
  const value = view.detail[name] ?? '';
  const known = useAsk(`${name} ${view.namespaces.join(',')}`, (signal) => completions(`${name}=`, name.length + 1, view.namespaces, signal));
  const list = `known-${name}`;
  return (
    <label className="row muted">{label}
      <input key={value} className="field" list={list} placeholder="all" defaultValue={value}
        onBlur={(event) => changeDetail({ [name]: event.target.value.trim() })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') changeDetail({ [name]: event.currentTarget.value.trim() });
        }} />
      <datalist id={list}>{known.value?.map((item) => <option key={item.text} value={item.insert.replace(/^\w+=/, '').trim()} />)}</datalist>
    </label>
  );
}
