import { withTerm } from '../../domain/filter';
import type { MapEdge, MapNode } from '../../domain/map';
import { nodeTerm } from '../../domain/map';

/** The filter that selects the flows of an edge, on top of what the view already asks. */
export function edgeFilter(edge: MapEdge, from: MapNode, to: MapNode, filter: string): string {
  const ends = withTerm(withTerm(filter, { ...nodeTerm(from), side: 'from' }), { ...nodeTerm(to), side: 'to' });
  const port = withTerm(ends, { key: 'port', side: 'to', value: String(edge.port) });
  return edge.verdict === 'dropped' ? withTerm(port, { key: 'verdict', value: 'dropped' }) : port;
}
