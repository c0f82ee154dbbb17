import type { MapEdge } from './map';
import type { Places, Point } from './placement';
import { cardHeight, cardWidth } from './placement';

/** A cubic Bézier from a card to a card. A denied edge ends at its gate, short of the card. */
export interface Curve {
  readonly edge: MapEdge;
  readonly a: Point;
  readonly b: Point;
  readonly c: Point;
  readonly d: Point;
  /** Where the gate stands; only on denied edges. */
  readonly gate: Point | null;
  /** +1 when the edge enters from the left, -1 from the right. */
  readonly heading: 1 | -1;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const gateDistance = 30;
const lane = 11;

/** The curves of all edges whose ends have a place; edges between the same two cards run in lanes side by side. */
export function curvesOf(edges: readonly MapEdge[], places: Places): Curve[] {
  const lanes = new Map<string, number>();
  const total = new Map<string, number>();
  const pair = (edge: MapEdge) => (edge.from < edge.to ? `${edge.from} ${edge.to}` : `${edge.to} ${edge.from}`);
  for (const edge of edges) total.set(pair(edge), (total.get(pair(edge)) ?? 0) + 1);
  const curves: Curve[] = [];
  for (const edge of edges) {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const key = pair(edge);
    const index = lanes.get(key) ?? 0;
    lanes.set(key, index + 1);
    const spread = Math.min(lane, 54 / (total.get(key) ?? 1));
    curves.push(curveOf(edge, from, to, (index - ((total.get(key) ?? 1) - 1) / 2) * spread));
  }
  return curves;
}

function curveOf(edge: MapEdge, from: Point, to: Point, offset: number): Curve {
  const middle = cardHeight / 2 + offset;
  const sameColumn = Math.abs(from.x - to.x) < cardWidth;
  const rightwards = to.x > from.x;
  const a = { x: from.x + (rightwards || sameColumn ? cardWidth : 0), y: from.y + middle };
  const enter = { x: to.x + (sameColumn || !rightwards ? cardWidth : 0), y: to.y + middle };
  const heading: 1 | -1 = rightwards && !sameColumn ? 1 : -1;
  const d = edge.verdict === 'dropped' ? { x: enter.x - heading * gateDistance, y: enter.y } : enter;
  const reach = sameColumn ? 54 + Math.abs(offset) : Math.max(36, Math.abs(d.x - a.x) * 0.45);
  const b = { x: a.x + (rightwards || sameColumn ? reach : -reach), y: a.y };
  const c = { x: d.x - heading * reach, y: d.y };
  const xs = [a.x, b.x, c.x, d.x];
  return {
    edge, a, b, c, d, heading, gate: edge.verdict === 'dropped' ? d : null,
    left: Math.min(...xs) - 12, right: Math.max(...xs) + 12, top: Math.min(a.y, d.y) - 12, bottom: Math.max(a.y, d.y) + 12,
  };
}

/** A point of the curve; `t` runs from 0 to 1. */
export function pointOn(curve: Curve, t: number): Point {
  const u = 1 - t;
  const mix = (a: number, b: number, c: number, d: number) => u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return { x: mix(curve.a.x, curve.b.x, curve.c.x, curve.d.x), y: mix(curve.a.y, curve.b.y, curve.c.y, curve.d.y) };
}

/** The distance from a point to the curve, good to a pixel or two; infinite when the point is not near it at all. */
export function distanceTo(curve: Curve, point: Point): number {
  if (point.x < curve.left || point.x > curve.right || point.y < curve.top || point.y > curve.bottom) return Infinity;
  let best = Infinity;
  let last = curve.a;
  for (let step = 1; step <= 24; step++) {
    const next = pointOn(curve, step / 24);
    best = Math.min(best, distanceToSegment(point, last, next));
    last = next;
  }
  return best;
}

function distanceToSegment(p: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(Math.max(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0), 1);
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}
