import type { Point } from './placement';

/** A cubic Bézier. */
export interface Bezier {
  readonly a: Point;
  readonly b: Point;
  readonly c: Point;
  readonly d: Point;
}

/** A Bézier that leaves and arrives level. */
export function bezier(a: Point, d: Point, leaving: 1 | -1, heading: 1 | -1, sameColumn = false): Bezier {
  const reach = sameColumn ? 54 + Math.min(Math.abs(a.y - d.y) * 0.04, 14) : Math.max(Math.min(36, Math.abs(d.x - a.x)), Math.abs(d.x - a.x) * 0.45);
  return { a, b: { x: a.x + leaving * reach, y: a.y }, c: { x: d.x - heading * reach, y: d.y }, d };
}

/** A point of a Bézier; `t` runs from 0 to 1. */
export function pointOf({ a, b, c, d }: Bezier, t: number): Point {
  const u = 1 - t;
  const mix = (p: number, q: number, r: number, s: number) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}
