import { Section, SidePanel } from '../components/SidePanel';
import { Notice } from '../components/Notice';
import { count, percent, perSecond } from '../domain/format';
import type { HubState } from '../domain/hub';

/** What was seen, what was lost and where, and which nodes are silent. */
export function CoveragePanel({ state, onClose }: { readonly state: HubState; readonly onClose: () => void }) {
  const { coverage, nodes } = state;
  return (
    <SidePanel title="Coverage" label="Coverage" onClose={onClose}>
      <Section title="Flows">
        <p>{percent(coverage.share)} of flows: {count(coverage.seen)} seen, {count(coverage.lost)} lost. Every count on every page is based on the flows seen.</p>
        {coverage.lostBy.length === 0
          ? <p className="muted">Nothing was lost.</p>
          : (
            <table>
              <thead><tr><th>Node</th><th>Where</th><th className="number">Lost</th></tr></thead>
              <tbody>{coverage.lostBy.map((each) => (
                <tr key={`${each.node} ${each.source}`}><td>{each.node}</td><td>{each.source}</td><td className="number">{count(each.count)}</td></tr>
              ))}</tbody>
            </table>
          )}
      </Section>
      <Section title="Nodes">
        {nodes.length === 0
          ? <Notice title="No node has reported">Nodes bring their flows to the hub by themselves. Check that the agents run.</Notice>
          : (
            <table>
              <thead><tr><th>Node</th><th>State</th><th className="number">Flows</th><th className="number">Lost</th></tr></thead>
              <tbody>{nodes.map((node) => (
                <tr key={node.name}>
                  <td>{node.name}</td>
                  <td className={node.state === 'connected' ? '' : 'tone-dropped'}>{node.state === 'connected' ? 'connected' : '✕ unavailable'}
                    {node.message !== undefined && <div className="faint">{node.message}</div>}</td>
                  <td className="number">{perSecond(node.flowsPerSecond)}</td>
                  <td className="number">{count(node.lost)}</td>
                </tr>
              ))}</tbody>
            </table>
          )}
      </Section>
    </SidePanel>
  );
}
