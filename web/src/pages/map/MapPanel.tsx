import type { ReactNode } from 'react';
import { Section, SidePanel } from '../../components/SidePanel';
import { Sparkline } from '../../components/Sparkline';
import { Value } from '../../components/Value';
import { VerdictMark } from '../../components/VerdictMark';
import { withTerm } from '../../domain/filter';
import { compact, count, milliseconds, percent, perSecond } from '../../domain/format';
import { ruleLabel } from '../../domain/flow';
import type { MapData, MapEdge, MapNode } from '../../domain/map';
import { byConcern, nodeTerm, secondsOf } from '../../domain/map';
import { onPage } from '../../domain/view';
import { changeDetail, currentView, show } from '../../state/view';
import { EdgeDeciding } from './EdgeDeciding';
import { edgeFilter } from './edgeFilter';
import { Endpoints } from './Endpoints';

interface MapPanelProps {
  readonly data: MapData;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

/** Details of what is chosen on the map: a card, an edge, or the list of all connections. */
export function MapPanel({ data, selected, onSelect }: MapPanelProps) {
  const close = () => onSelect('');
  if (selected === 'list') {
    return (
      <SidePanel title="Connections" label="Connections" onClose={close}>
        <Connections data={data} edges={data.edges} onSelect={onSelect} />
      </SidePanel>
    );
  }
  const node = data.nodes.find((each) => each.id === selected);
  if (node !== undefined) return <NodePanel data={data} node={node} onSelect={onSelect} onClose={close} />;
  const edge = data.edges.find((each) => each.id === selected);
  if (edge !== undefined) return <EdgePanel data={data} edge={edge} onSelect={onSelect} onClose={close} />;
  return (
    <SidePanel title="Not on the map now" label="Selection" onClose={close}>
      <p className="section muted">What was chosen has no traffic in this time range. It comes back by itself, or widen the range.</p>
    </SidePanel>
  );
}

function NodePanel({ data, node, onSelect, onClose }: { readonly data: MapData; readonly node: MapNode; readonly onSelect: (id: string) => void; readonly onClose: () => void }) {
  return (
    <SidePanel label="Workload" onClose={onClose} title={<Value term={nodeTerm(node)}>{node.namespace !== undefined && <span className="muted">{node.namespace}/</span>}{node.name}</Value>}>
      {node.address !== undefined && <Section title="What this is"><p>{plightOf(node)}</p></Section>}
      <Section title="Traffic">
        <div className="spread"><span>{node.workloadKind ?? node.kind}</span><span>{perSecond(node.rate)}</span></div>
        <Sparkline values={node.spark} drops={node.dropSpark} width={440} height={44} label={`Flows a second; ${count(node.drops)} dropped`} />
        {node.drops > 0 && <p className="tone-dropped">✕ {count(node.drops)} dropped in this range</p>}
        <div className="row wrap">
          <Projections term={nodeTerm(node)} />
          {node.kind === 'namespace' && <button type="button" className="button small" onClick={() => unfold(node.name)}>Unfold</button>}
          {node.kind === 'world' && <button type="button" className="button small" onClick={() => changeDetail({ expand: 'world', sel: '' })}>Split by name</button>}
        </div>
      </Section>
      {node.ports.length > 0 && (
        <Section title="Ports">
          <ul>{node.ports.map(({ port, protocol, flows }) => (
            <li key={`${port}${protocol}`} className="spread"><Value term={{ key: 'port', side: 'to', value: String(port) }}>{port}/{protocol.toLowerCase()}</Value><span className="muted">{count(flows)} flows</span></li>
          ))}</ul>
        </Section>
      )}
      {node.endpoints.length > 0 && <Section title="Endpoints"><Endpoints node={node} seconds={secondsOf(data)} /></Section>}
      <Section title="Connections"><Connections data={data} edges={data.edges.filter((edge) => edge.from === node.id || edge.to === node.id)} onSelect={onSelect} /></Section>
    </SidePanel>
  );
}

/** What an address is that stands for no pod. */
function plightOf(node: MapNode): string {
  return node.kind === 'service'
    ? `${node.address ?? ''} is the address of the service ${node.name}. It had no ready backend when it was asked, so what was sent there was dropped. That is usual for some seconds while a cluster starts.`
    : `No pod, node or service has the address ${node.address ?? ''}. Whoever had it may be gone, or was not ready yet; what was sent there was dropped.`;
}

function unfold(name: string): void {
  const view = currentView();
  const folded = (view.detail['fold'] ?? '').split(',').filter((each) => each !== name && each !== '*');
  changeDetail({ fold: folded.join(','), sel: '' });
}

function EdgePanel({ data, edge, onSelect, onClose }: { readonly data: MapData; readonly edge: MapEdge; readonly onSelect: (id: string) => void; readonly onClose: () => void }) {
  const from = data.nodes.find((node) => node.id === edge.from);
  const to = data.nodes.find((node) => node.id === edge.to);
  const name = (node: MapNode | undefined, id: string): ReactNode => <button type="button" className="value" onClick={() => onSelect(id)}>{node?.name ?? id}</button>;
  return (
    <SidePanel label="Connection" onClose={onClose} title={<><VerdictMark tone={edge.verdict} /> {name(from, edge.from)} → {name(to, edge.to)}</>}>
      <Section title="Traffic">
        <dl className="numbers">
          <div><dt>Port</dt><dd><Value term={{ key: 'port', side: 'to', value: String(edge.port) }}>{edge.port}/{edge.protocol.toLowerCase()}</Value></dd></div>
          <div><dt>Rate</dt><dd>{perSecond(edge.rate)}</dd></div>
          <div><dt>Flows</dt><dd>{compact(edge.flows)}</dd></div>
          <div><dt>Dropped</dt><dd>{percent(edge.dropShare)}</dd></div>
          {edge.requests !== undefined && edge.requests > 0 && <div><dt>Requests</dt><dd>{compact(edge.requests)}</dd></div>}
          {edge.errors !== undefined && edge.errors > 0 && <div><dt>Errors</dt><dd className="tone-error">! {compact(edge.errors)}</dd></div>}
          {edge.p50Ms !== undefined && <div><dt>p50</dt><dd>{milliseconds(edge.p50Ms)}</dd></div>}
          {edge.p99Ms !== undefined && <div><dt>p99</dt><dd>{milliseconds(edge.p99Ms)}</dd></div>}
        </dl>
        {edge.names.length > 0 && <p>Names: {edge.names.map((each) => <span key={each}><Value term={{ key: 'dns', value: each }}>{each}</Value> </span>)}</p>}
        {edge.rules.length > 0 && <ul>{edge.rules.map((rule) => <li key={`${rule.direction}${ruleLabel(rule)}`}>{rule.effect === 'deny' ? 'Denied' : 'Allowed'} by <Value term={{ key: 'rule', value: rule.name }}>{ruleLabel(rule)}</Value></li>)}</ul>}
        {from !== undefined && to !== undefined && <button type="button" className="button small fit" onClick={() => showFlows(edge, from, to)}>Show these flows</button>}
      </Section>
      {edge.verdict !== 'forwarded' && from !== undefined && to !== undefined && <EdgeDeciding edge={edge} from={from} to={to} />}
    </SidePanel>
  );
}

function showFlows(edge: MapEdge, from: MapNode, to: MapNode): void {
  const view = currentView();
  show({ ...onPage(view, 'flows'), filter: edgeFilter(edge, from, to, view.filter) });
}

function Projections({ term }: { readonly term: { key: string; value: string } }) {
  const open = (page: 'flows' | 'logs') => {
    const view = currentView();
    show({ ...onPage(view, page), filter: withTerm(view.filter, term) });
  };
  return <><button type="button" className="button small" onClick={() => open('flows')}>Flows</button><button type="button" className="button small" onClick={() => open('logs')}>Logs</button></>;
}

function Connections({ data, edges, onSelect }: { readonly data: MapData; readonly edges: readonly MapEdge[]; readonly onSelect: (id: string) => void }) {
  const name = (id: string) => data.nodes.find((node) => node.id === id)?.name ?? id;
  if (edges.length === 0) return <p className="muted">No connection in this time range.</p>;
  return (
    <table>
      <thead><tr><th>Verdict</th><th>Connection</th><th className="number">Rate</th></tr></thead>
      <tbody>{[...edges].sort(byConcern).slice(0, 300).map((edge) => (
        <tr key={edge.id} className="clickable" onClick={() => onSelect(edge.id)}>
          <td><VerdictMark tone={edge.verdict} /></td>
          <td><button type="button" className="value" onClick={() => onSelect(edge.id)}>{name(edge.from)} → {name(edge.to)}<span className="faint">:{edge.port}</span></button></td>
          <td className="number">{perSecond(edge.rate)}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}
