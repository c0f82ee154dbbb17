import type { ELK, ElkNode } from 'elkjs/lib/elk-api';
import ElkApi from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { MapEdge, MapNode, Tier } from '../../domain/map';
import type { Places, Point } from '../../domain/placement';
import { cardHeight, cardWidth, clusterTitle } from '../../domain/placement';

const order: Record<Tier, number> = { outside: 0, entry: 1, service: 2, store: 3 };
/** Started with the page, so that it is ready when the first answer of the hub is there. */
const elk: ELK = new ElkApi({ workerUrl });

/** From this many cards on, placing them within their layers exactly would take many seconds. */
const manyCards = 80;
/** More namespaces than this, all talking to each other, would make one endless row; they are packed like tiles instead. */
const mostInLayers = 6;

function layered(many: boolean): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.partitioning.activate': 'true',
    'elk.layered.spacing.nodeNodeBetweenLayers': '84',
    'elk.spacing.nodeNode': '30',
    'elk.spacing.componentComponent': '34',
    'elk.layered.nodePlacement.strategy': many ? 'BRANDES_KOEPF' : 'NETWORK_SIMPLEX',
    'elk.layered.thoroughness': many ? '2' : '4',
    'elk.aspectRatio': '1.9',
  };
}

/**
 * Lays out the whole map in a worker: each namespace by itself, then the namespaces and what stands outside of them as one graph.
 * Cards and edges are given in the order of their names, so that the same map gives the same layout.
 */
export async function layOut(nodes: readonly MapNode[], edges: readonly MapEdge[]): Promise<Places> {
  const options = layered(nodes.length > manyCards);
  const sorted = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groupOf = new Map(sorted.map((node) => [node.id, node.namespace === undefined ? node.id : `cluster:${node.namespace}`]));
  const leaf = (node: MapNode): ElkNode => ({
    id: node.id, width: cardWidth, height: cardHeight, layoutOptions: { 'elk.partitioning.partition': String(order[node.tier]) },
  });
  const clusters = [...new Set(sorted.flatMap((node) => node.namespace ?? []))].map((name): ElkNode => {
    const members = sorted.filter((node) => node.namespace === name);
    return {
      id: `cluster:${name}`,
      children: members.map(leaf),
      edges: between(edges, (id) => (groupOf.get(id) === `cluster:${name}` ? id : undefined)),
      layoutOptions: {
        ...options, 'elk.padding': `[top=${18 + clusterTitle},left=18,bottom=18,right=18]`,
        'elk.partitioning.partition': String(Math.min(...members.map((node) => Math.max(order[node.tier], 1)))),
      },
    };
  });
  const outside = sorted.filter((node) => node.namespace === undefined);
  const tiles = clusters.length > mostInLayers;
  const root = await elk.layout(tiles
    ? { id: 'root', children: clusters, edges: [], layoutOptions: { 'elk.algorithm': 'box', 'elk.spacing.nodeNode': '44', 'elk.aspectRatio': '1.7' } }
    : {
        id: 'root', children: [...outside.map(leaf), ...clusters], edges: between(edges, (id) => groupOf.get(id)),
        layoutOptions: { ...options, 'elk.layered.spacing.nodeNodeBetweenLayers': '92', 'elk.spacing.nodeNode': '34' },
      });
  const places = placesOf(root);
  if (tiles) outside.forEach((node, index) => places.set(node.id, { x: -cardWidth - 140, y: (root.height ?? 0) / 2 + (index - outside.length / 2) * (cardHeight + 22) }));
  return places;
}

function placesOf(root: ElkNode): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const child of root.children ?? []) {
    if (child.children === undefined) places.set(child.id, { x: child.x ?? 0, y: child.y ?? 0 });
    for (const card of child.children ?? []) places.set(card.id, { x: (child.x ?? 0) + (card.x ?? 0), y: (child.y ?? 0) + (card.y ?? 0) });
  }
  return places;
}

/** One edge for each pair of groups; edges inside a group and edges out of sight are left out. */
function between(edges: readonly MapEdge[], groupOf: (id: string) => string | undefined) {
  const pairs = new Map<string, { id: string; sources: string[]; targets: string[] }>();
  for (const edge of edges) {
    const from = groupOf(edge.from);
    const to = groupOf(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    pairs.set(`${from} ${to}`, { id: `e:${from} ${to}`, sources: [from], targets: [to] });
  }
  return [...pairs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
