import { distanceTo } from '../../domain/curve';
import type { MapEdge, MapNode } from '../../domain/map';
import type { Point } from '../../domain/placement';
import { cardWidth, clusterTitle, heightOf } from '../../domain/placement';
import { isOnOpener } from './opener';
import type { Scene } from './scene';

/** What lies under a point of the map. */
export type Hit =
  | { readonly kind: 'node'; readonly node: MapNode }
  | { readonly kind: 'opener'; readonly node: MapNode }
  | { readonly kind: 'edge'; readonly edge: MapEdge }
  | { readonly kind: 'cluster'; readonly name: string };

const gateRadius = 14;

/** Gates first, since they are small and matter most; then cards, then edges within `reach`, then the titles of namespaces. */
export function hitAt(scene: Scene, point: Point, reach: number): Hit | null {
  for (const curve of scene.curves) {
    if (curve.gate !== null && Math.hypot(curve.gate.x - point.x, curve.gate.y - point.y) <= Math.max(gateRadius, reach)) return { kind: 'edge', edge: curve.edge };
  }
  for (const node of scene.nodes) {
    const place = scene.places.get(node.id);
    if (place !== undefined && point.x >= place.x && point.x <= place.x + cardWidth && point.y >= place.y && point.y <= place.y + heightOf(place)) return { kind: isOnOpener(node, place, point) ? 'opener' : 'node', node };
  }
  let nearest: MapEdge | null = null;
  let best = reach;
  for (const curve of scene.curves) {
    const distance = distanceTo(curve, point);
    if (distance < best) {
      best = distance;
      nearest = curve.edge;
    }
  }
  if (nearest !== null) return { kind: 'edge', edge: nearest };
  for (const [name, box] of scene.clusters) {
    if (point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + clusterTitle + 10) return { kind: 'cluster', name };
  }
  return null;
}
