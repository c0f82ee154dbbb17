import type { Bezier } from './bezier';
import { bezier, pointOf } from './bezier';
import { detour } from './detour';
import type { MapEdge } from './map';
import type { Place, Places, Point } from './placement';
import { cardHeight, cardWidth } from './placement';

/** The way of an edge from card to card: one Bézier, or several around the cards in between. A denied edge ends at its gate, short of the card. */
export interface Curve {
  readonly edge: MapEdge;
  readonly path: readonly Bezier[];
  readonly a: Point;
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
/** Gates that would touch stand one behind the other. */
const gateStep = 22;
const gateRoom = 20;
const edgeRoom = 10;
/** The part of a card's side at which edges leave and arrive. */
const sideRoom = 58;

interface End {
  readonly edge: MapEdge;
  readonly isArrival: boolean;
  readonly otherY: number;
  readonly room: number;
}

interface Port {
  readonly offset: number;
  readonly gateDistance: number;
}

/**
 * The curves of all edges whose ends have a place. Edges share a card's side in the order of where they go, so that they do not cross there.
 * With `around`, they run around the cards in between; among very many cards there is no room for that.
 */
export function curvesOf(edges: readonly MapEdge[], places: Places, around = false): Curve[] {
  const ports = portsOf(edges, places);
  const lanes = new Map<string, number>();
  const curves: Curve[] = [];
  for (const edge of edges) {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const ends = endsOf(edge, from, to, ports.get(`${edge.id} from`), ports.get(`${edge.id} to`));
    const direct = bezier(ends.a, ends.d, ends.leaving, ends.heading, ends.sameColumn);
    const path = around && !ends.sameColumn ? detour(direct, ends.heading, places, new Set([edge.from, edge.to]), lanes) : [direct];
    curves.push(curveOf(edge, path, ends.heading));
  }
  return curves;
}

const isSameColumn = (from: Point, to: Point) => Math.abs(from.x - to.x) < cardWidth;
const leavesRight = (from: Point, to: Point) => to.x > from.x || isSameColumn(from, to);
const arrivesRight = (from: Point, to: Point) => isSameColumn(from, to) || to.x < from.x;

/** Where on the sides of its two cards each edge has its ends. */
function portsOf(edges: readonly MapEdge[], places: Places): Map<string, Port> {
  const sides = new Map<string, End[]>();
  const add = (side: string, end: End) => {
    const known = sides.get(side);
    if (known === undefined) sides.set(side, [end]);
    else known.push(end);
  };
  for (const edge of edges) {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    if (from === undefined || to === undefined) continue;
    add(`${edge.from} ${leavesRight(from, to)}`, { edge, isArrival: false, otherY: to.y, room: edgeRoom });
    add(`${edge.to} ${arrivesRight(from, to)}`, { edge, isArrival: true, otherY: from.y, room: edge.verdict === 'dropped' ? gateRoom : edgeRoom });
  }
  const ports = new Map<string, Port>();
  for (const ends of sides.values()) {
    ends.sort((a, b) => a.otherY - b.otherY || (a.edge.id < b.edge.id ? -1 : 1));
    const total = ends.reduce((sum, { room }) => sum + room, 0);
    const scale = Math.min(1, sideRoom / total);
    let at = (-total / 2) * scale;
    let gates = 0;
    for (const { edge, isArrival, room } of ends) {
      const isGate = isArrival && edge.verdict === 'dropped';
      ports.set(`${edge.id} ${isArrival ? 'to' : 'from'}`, {
        offset: at + (room * scale) / 2, gateDistance: gateDistance + (isGate && scale < 0.9 ? (gates % 3) * gateStep : 0),
      });
      if (isGate) gates++;
      at += room * scale;
    }
  }
  return ports;
}

function endsOf(edge: MapEdge, from: Place, to: Place, out: Port | undefined, into: Port | undefined) {
  const sameColumn = isSameColumn(from, to);
  const leaving: 1 | -1 = leavesRight(from, to) ? 1 : -1;
  const heading: 1 | -1 = arrivesRight(from, to) ? -1 : 1;
  const a = { x: from.x + (leaving === 1 ? cardWidth : 0), y: from.y + cardHeight / 2 + (out?.offset ?? 0) };
  const enter = { x: to.x + (heading === -1 ? cardWidth : 0), y: to.y + cardHeight / 2 + (into?.offset ?? 0) };
  const d = edge.verdict === 'dropped' ? { x: enter.x - heading * (into?.gateDistance ?? gateDistance), y: enter.y } : enter;
  return { a, d, leaving, heading, sameColumn };
}

function curveOf(edge: MapEdge, path: readonly Bezier[], heading: 1 | -1): Curve {
  const a = path[0]?.a ?? { x: 0, y: 0 };
  const d = path.at(-1)?.d ?? a;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const piece of path) {
    left = Math.min(left, piece.a.x, piece.b.x, piece.c.x, piece.d.x);
    right = Math.max(right, piece.a.x, piece.b.x, piece.c.x, piece.d.x);
    top = Math.min(top, piece.a.y, piece.d.y);
    bottom = Math.max(bottom, piece.a.y, piece.d.y);
  }
  return { edge, path, a, d, heading, gate: edge.verdict === 'dropped' ? d : null, left: left - 12, right: right + 12, top: top - 12, bottom: bottom + 12 };
}

/** A point of the curve; `t` runs from 0 to 1 over all its pieces. */
export function pointOn(curve: Curve, t: number): Point {
  const at = Math.min(Math.max(t, 0), 1) * curve.path.length;
  const index = Math.min(Math.floor(at), curve.path.length - 1);
  const piece = curve.path[index];
  return piece === undefined ? curve.a : pointOf(piece, at - index);
}

/** The distance from a point to the curve, good to a pixel or two; infinite when the point is not near it at all. */
export function distanceTo(curve: Curve, point: Point): number {
  if (point.x < curve.left || point.x > curve.right || point.y < curve.top || point.y > curve.bottom) return Infinity;
  let best = Infinity;
  for (const piece of curve.path) {
    let last = piece.a;
    for (let step = 1; step <= 24; step++) {
      const next = pointOf(piece, step / 24);
      best = Math.min(best, distanceToSegment(point, last, next));
      last = next;
    }
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
