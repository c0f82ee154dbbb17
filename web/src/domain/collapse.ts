import type { MapData, MapEdge, MapNode } from './map';

/** The map with some namespaces drawn as one card each: their cards are summed, edges inside them are left out, the rest are merged. */
export function collapse(data: MapData, namespaces: ReadonlySet<string>): MapData {
  if (namespaces.size === 0) return data;
  const target = new Map<string, string>();
  const nodes: MapNode[] = [];
  const merged = new Map<string, MapNode>();
  for (const node of data.nodes) {
    if (node.namespace === undefined || !namespaces.has(node.namespace)) {
      target.set(node.id, node.id);
      nodes.push(node);
      continue;
    }
    const id = `namespace/${node.namespace}`;
    target.set(node.id, id);
    const sum = merged.get(id);
    merged.set(id, sum === undefined ? asNamespace(node, id, node.namespace) : joined(sum, node));
  }
  const edges = new Map<string, MapEdge>();
  for (const edge of data.edges) {
    const from = target.get(edge.from);
    const to = target.get(edge.to);
    if (from === undefined || to === undefined || (from === to && edge.from !== edge.to)) continue;
    const id = from === edge.from && to === edge.to ? edge.id : `${from}>${to}:${edge.port}:${edge.protocol}:${edge.verdict}`;
    const known = edges.get(id);
    edges.set(id, known === undefined ? { ...edge, id, from, to } : {
      ...known, flows: known.flows + edge.flows, rate: known.rate + edge.rate, dropShare: Math.max(known.dropShare, edge.dropShare),
      names: [...new Set([...known.names, ...edge.names])], rules: [...known.rules, ...edge.rules],
    });
  }
  return { ...data, nodes: [...nodes, ...merged.values()], edges: [...edges.values()] };
}

/** The namespaces on the map, in the order of the alphabet. */
export function namespacesOf(data: MapData): string[] {
  return [...new Set(data.nodes.flatMap((node) => node.namespace ?? []))].sort();
}

function asNamespace(node: MapNode, id: string, name: string): MapNode {
  return {
    id, kind: 'namespace', name, tier: node.tier, ports: [], endpoints: [], rate: node.rate, drops: node.drops, spark: node.spark, dropSpark: node.dropSpark,
  };
}

function joined(sum: MapNode, node: MapNode): MapNode {
  const add = (a: readonly number[], b: readonly number[]) => a.map((value, index) => value + (b[index] ?? 0));
  return {
    ...sum, rate: sum.rate + node.rate, drops: sum.drops + node.drops, spark: add(sum.spark, node.spark), dropSpark: add(sum.dropSpark, node.dropSpark),
    tier: sum.tier === 'entry' || node.tier === 'entry' ? 'entry' : sum.tier,
  };
}
