import { VerdictMark } from '../../components/VerdictMark';
import { count, milliseconds, percent, perSecond } from '../../domain/format';
import { ruleLabel } from '../../domain/flow';
import type { MapEdge, MapNode } from '../../domain/map';
import type { Point } from '../../domain/placement';
import type { Hit } from './hit';
import { isWholeWorld } from './opener';

interface TooltipProps {
  readonly hit: Hit;
  readonly at: Point;
  readonly width: number;
  readonly nodes: readonly MapNode[];
}

/** The numbers of what the pointer is over. */
export function Tooltip({ hit, at, width, nodes }: TooltipProps) {
  if (hit.kind === 'cluster') return null;
  const style = at.x > width - 340 ? { right: width - at.x + 14, top: at.y + 14 } : { left: at.x + 14, top: at.y + 14 };
  return (
    <div className="map-tip" style={style} role="tooltip">
      {hit.kind === 'node' && <><b>{hit.node.name}</b><span className="muted">{hit.node.namespace ?? hit.node.kind} · {perSecond(hit.node.rate)}</span>{hit.node.drops > 0 && <span className="tone-dropped">✕ {count(hit.node.drops)} dropped</span>}<span className="faint">Click for details, Alt-click to exclude</span></>}
      {hit.kind === 'opener' && <span>{isWholeWorld(hit.node) ? 'Split into names and networks' : `What ${hit.node.name} is asked for`}</span>}
      {hit.kind === 'edge' && <EdgeTip edge={hit.edge} nodes={nodes} />}
    </div>
  );
}

function EdgeTip({ edge, nodes }: { readonly edge: MapEdge; readonly nodes: readonly MapNode[] }) {
  const name = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
  const failed = (edge.errors ?? 0) / Math.max(edge.requests ?? 0, 1);
  return (
    <>
      <b>{name(edge.from)} → {name(edge.to)}</b>
      <span><VerdictMark tone={edge.verdict} /> <span className="muted">{edge.port}/{edge.protocol.toLowerCase()} · {perSecond(edge.rate)}</span></span>
      {edge.dropShare > 0 && <span className="tone-dropped">✕ {percent(edge.dropShare)} dropped</span>}
      {failed > 0 && <span className="tone-error">! {percent(failed)} answered with an error</span>}
      {edge.p50Ms !== undefined && <span>p50 {milliseconds(edge.p50Ms)}{edge.p99Ms !== undefined && ` · p99 ${milliseconds(edge.p99Ms)}`}</span>}
      {edge.names.length > 0 && <span className="muted">{edge.names.slice(0, 3).join(', ')}{edge.names.length > 3 && ` and ${edge.names.length - 3} more`}</span>}
      {edge.rules.slice(0, 4).map((rule) => <span key={`${rule.effect}${ruleLabel(rule)}`} className="muted">{rule.effect === 'deny' ? 'denied' : 'allowed'} by {ruleLabel(rule)}</span>)}
      <span className="faint">{edge.verdict === 'dropped' ? 'Click for the rule that denies it and what would mend it' : 'Click for details'}</span>
    </>
  );
}
