import type { MapNode } from '../../domain/map';
import type { Place, Point } from '../../domain/placement';
import { cardHeight, cardWidth } from '../../domain/placement';

export const openerSize = 20;

/** The one card of everything outside; it opens into a card for each name or network. */
export const isWholeWorld = (node: MapNode) => node.kind === 'world' && node.name === 'world';

/** A card opens when there is something in it. */
export const canOpen = (node: MapNode) => node.endpoints.length > 0 || isWholeWorld(node);

/** Where the mark stands that opens a card: in the lower right corner of what is always seen. */
export const openerAt = (place: Place): Point => ({ x: place.x + cardWidth - openerSize - 8, y: place.y + cardHeight - openerSize - 6 });

export function isOnOpener(node: MapNode, place: Place, point: Point): boolean {
  const corner = openerAt(place);
  return canOpen(node) && point.x >= corner.x && point.x <= corner.x + openerSize && point.y >= corner.y && point.y <= corner.y + openerSize;
}
