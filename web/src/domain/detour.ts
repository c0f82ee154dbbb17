import type { Bezier } from './bezier';
import { bezier, pointOf } from './bezier';
import type { Place, Places, Point } from './placement';
import { cardWidth, heightOf } from './placement';

/** How near to a card an edge may run. */
const margin = 9;
/** How far before and behind a column of cards an edge runs level. */
const approach = 16;
const lane = 5;

/** Cards whose sides overlap, with the ways through between them, from top to bottom. */
interface Column {
  readonly left: number;
  readonly right: number;
  readonly gaps: readonly { readonly top: number; readonly bottom: number }[];
}

/**
 * The way of an edge around the cards that the direct way would run through: level through the gap of each column of cards that is
 * nearest to the straight line. `lanes` counts the edges in each gap, so that they run side by side.
 */
export function detour(direct: Bezier, heading: 1 | -1, places: Places, ends: ReadonlySet<string>, lanes: Map<string, number>): Bezier[] {
  const { a, d } = direct;
  const [low, high] = [Math.min(a.x, d.x), Math.max(a.x, d.x)];
  const between = [...places].flatMap(([id, place]) => (!ends.has(id) && place.x + cardWidth > low + 1 && place.x < high - 1 ? [place] : []));
  if (between.length === 0 || !runsThrough(direct, between)) return [direct];
  const columns = columnsOf(between);
  if (heading < 0) columns.reverse();
  const path: Bezier[] = [];
  let last: Point = a;
  for (const column of columns) {
    const [enter, leave] = heading > 0 ? [column.left - approach, column.right + approach] : [column.right + approach, column.left - approach];
    const from = clampBetween(enter, last.x, d.x);
    const to = clampBetween(leave, last.x, d.x);
    if ((to - from) * heading <= 0) continue;
    const middle = (column.left + column.right) / 2;
    const wanted = a.y + ((d.y - a.y) * (middle - a.x)) / (d.x - a.x);
    const y = throughGap(column, wanted, lanes);
    path.push(bezier(last, { x: from, y }, heading, heading), level({ x: from, y }, { x: to, y }));
    last = { x: to, y };
  }
  path.push(bezier(last, d, heading, heading));
  return path;
}

function runsThrough(curve: Bezier, cards: readonly Place[]): boolean {
  for (let step = 1; step < 24; step++) {
    const { x, y } = pointOf(curve, step / 24);
    if (cards.some((card) => x > card.x - 2 && x < card.x + cardWidth + 2 && y > card.y - 4 && y < card.y + heightOf(card) + 4)) return true;
  }
  return false;
}

function columnsOf(cards: readonly Place[]): Column[] {
  const sorted = [...cards].sort((a, b) => a.x - b.x);
  const groups: Place[][] = [];
  let right = -Infinity;
  for (const card of sorted) {
    if (card.x < right) groups.at(-1)?.push(card);
    else groups.push([card]);
    right = Math.max(right, card.x + cardWidth);
  }
  return groups.map((group) => ({ left: Math.min(...group.map(({ x }) => x)), right: Math.max(...group.map(({ x }) => x)) + cardWidth, gaps: gapsOf(group) }));
}

function gapsOf(cards: readonly Place[]): { top: number; bottom: number }[] {
  const gaps: { top: number; bottom: number }[] = [];
  let free = -Infinity;
  for (const card of [...cards].sort((a, b) => a.y - b.y)) {
    if (card.y - margin > free) gaps.push({ top: free, bottom: card.y - margin });
    free = Math.max(free, card.y + heightOf(card) + margin);
  }
  return [...gaps, { top: free, bottom: Infinity }];
}

/** A height in the gap nearest to the one wanted; each further edge of the same gap a little beside the ones before. */
function throughGap({ left, gaps }: Column, wanted: number, lanes: Map<string, number>): number {
  let best = wanted;
  let distance = Infinity;
  let chosen = gaps[0];
  for (const gap of gaps) {
    const inset = Math.min(12, (gap.bottom - gap.top) / 2);
    const y = Math.min(Math.max(wanted, gap.top + inset), gap.bottom - inset);
    if (Math.abs(y - wanted) >= distance) continue;
    [best, distance, chosen] = [y, Math.abs(y - wanted), gap];
  }
  if (distance === 0 || chosen === undefined) return best;
  const key = `${left} ${chosen.top}`;
  const number = lanes.get(key) ?? 0;
  lanes.set(key, number + 1);
  const beside = Math.ceil(number / 2) * lane * (number % 2 === 0 ? 1 : -1);
  return Math.min(Math.max(best + beside, chosen.top), chosen.bottom);
}

const level = (a: Point, d: Point): Bezier => ({ a, b: { x: a.x + (d.x - a.x) / 3, y: a.y }, c: { x: d.x - (d.x - a.x) / 3, y: d.y }, d });

const clampBetween = (x: number, p: number, q: number) => Math.min(Math.max(x, Math.min(p, q)), Math.max(p, q));
