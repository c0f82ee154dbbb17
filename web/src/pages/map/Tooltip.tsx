import { VerdictMark } from '../../components/VerdictMark';
import { milliseconds, percent, perSecond } from '../../domain/format';
import { ruleLabel } from '../../domain/flow';
import type { Point } from '../../domain/placement';
import type { Hit } from './hit';

/** The numbers of what the pointer is over. */
export function Tooltip({ hit, at, width }: { readonly hit: Hit; readonly at: Point; readonly width: number }) {
  if (hit.kind === 'cluster') return null;
  const style = at.x > width - 300 ? { right: width - at.x + 14, top: at.y + 14 } : { left: at.x + 14, top: at.y + 14 };
  return (
    <div className="map-tip" style={style} role="tooltip">
      {hit.kind === 'node'
        ? <><b>{hit.node.name}</b><span className="muted">{hit.node.namespace ?? hit.node.kind} · {perSecond(hit.node.rate)}</span>{hit.node.drops > 0 && <span className="tone-dropped">✕ {hit.node.drops} dropped</span>}<span className="faint">Click for details, Alt-click to exclude</span></>
        : (
          <>
            <VerdictMark tone={hit.edge.verdict} />
            <span>{hit.edge.port}/{hit.edge.protocol.toLowerCase()} · {perSecond(hit.edge.rate)}{hit.edge.dropShare > 0 && ` · ${percent(hit.edge.dropShare)} dropped`}</span>
            {hit.edge.p50Ms !== undefined && <span>p50 {milliseconds(hit.edge.p50Ms)}{hit.edge.p99Ms !== undefined && ` · p99 ${milliseconds(hit.edge.p99Ms)}`}</span>}
            {hit.edge.names.length > 0 && <span className="muted">{hit.edge.names.slice(0, 3).join(', ')}</span>}
            {hit.edge.rules.slice(0, 3).map((rule) => <span key={ruleLabel(rule)} className="muted">{rule.effect} {ruleLabel(rule)}</span>)}
          </>
        )}
    </div>
  );
}
