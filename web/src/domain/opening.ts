import type { MapNode } from './map';
import type { Place, Places } from './placement';
import { cardHeight } from './placement';

export const endpointRow = 19;
/** Rows that an opened card has at most; the panel lists the rest. */
export const mostRows = 8;
const foot = 10;

/** The height of a card with its endpoints. */
export const openHeight = (node: MapNode) => cardHeight + Math.min(node.endpoints.length, mostRows) * endpointRow + foot;

/**
 * The places with room for the opened cards: what stands below one moves down by as much as it grows, in all columns, so that
 * nothing comes to lie over anything else and every card keeps its neighbours.
 */
export function makeRoom(nodes: readonly MapNode[], places: Places, open: ReadonlySet<string>): Places {
  const opened = nodes.flatMap((node) => {
    const place = places.get(node.id);
    return place !== undefined && open.has(node.id) && node.endpoints.length > 0 ? [{ id: node.id, y: place.y, height: openHeight(node) }] : [];
  }).sort((a, b) => a.y - b.y);
  if (opened.length === 0) return places;
  const bands = bandsOf(opened);
  const heights = new Map(opened.map(({ id, height }) => [id, height]));
  const moved = new Map<string, Place>();
  for (const [id, place] of places) {
    const down = bands.reduce((sum, band) => sum + Math.max(0, ...band.filter((each) => place.y >= each.y + cardHeight).map((each) => each.height - cardHeight)), 0);
    const height = heights.get(id);
    moved.set(id, { x: place.x, y: place.y + down, ...(height === undefined ? {} : { height }) });
  }
  return moved;
}

/** Cards that stand side by side make room together: only the one that grows most counts. */
function bandsOf<T extends { readonly y: number }>(opened: readonly T[]): T[][] {
  const bands: T[][] = [];
  let bottom = -Infinity;
  for (const each of opened) {
    if (each.y < bottom) bands.at(-1)?.push(each);
    else bands.push([each]);
    bottom = Math.max(bottom, each.y + cardHeight);
  }
  return bands;
}
