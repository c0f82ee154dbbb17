import { curvesOf } from '../../domain/curve';
import type { MapData, MapEdge } from '../../domain/map';
import { secondsOf } from '../../domain/map';
import { makeRoom } from '../../domain/opening';
import type { Places, Point } from '../../domain/placement';
import { cardHeight, cardWidth, clusterBoxes } from '../../domain/placement';
import type { Emphasis, Scene } from './scene';

/** From this many cards on, the far view joins the edges between two namespaces. */
const manyCards = 60;
/** Among more cards than this there is no room to run around them. */
const mostCardsToPass = 150;

/** What is drawn of a map, from what the hub says and where the cards stand. */
export function buildScene(data: MapData, kept: Places, open: ReadonlySet<string>): Scene {
  const present = new Map(data.nodes.flatMap((node) => {
    const place = kept.get(node.id);
    return place === undefined ? [] : [[node.id, place] as const];
  }));
  const places = makeRoom(data.nodes, present, open);
  const clusters = clusterBoxes(data.nodes, places);
  const curves = curvesOf(data.edges, places, data.nodes.length <= mostCardsToPass);
  return {
    nodes: data.nodes, seconds: secondsOf(data), places, clusters, curves,
    quietCurves: curves.filter((curve) => curve.gate === null),
    deniedCurves: curves.filter((curve) => curve.gate !== null),
    farCurves: data.nodes.length > manyCards ? farCurves(data, places) : [],
  };
}

/** Edges between namespaces, summed; they run between points in the middle of the namespaces' sides. */
function farCurves(data: MapData, places: Places) {
  const groupOf = new Map(data.nodes.map((node) => [node.id, node.namespace === undefined ? node.id : `cluster:${node.namespace}`]));
  const centres = new Map<string, Point>();
  for (const [name, box] of clusterBoxes(data.nodes, places)) {
    centres.set(`cluster:${name}`, { x: box.x + box.width / 2 - cardWidth / 2, y: box.y + box.height / 2 - cardHeight / 2 });
  }
  for (const node of data.nodes) {
    const place = places.get(node.id);
    if (node.namespace === undefined && place !== undefined) centres.set(node.id, place);
  }
  const sums = new Map<string, MapEdge>();
  for (const edge of data.edges) {
    const from = groupOf.get(edge.from);
    const to = groupOf.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const id = `${from}>${to}:${edge.verdict}`;
    const known = sums.get(id);
    sums.set(id, { ...edge, id, from, to, flows: edge.flows + (known?.flows ?? 0), rate: edge.rate + (known?.rate ?? 0) });
  }
  return curvesOf([...sums.values()], centres);
}

/** What stays strong while something is chosen or searched for: the card, its edges and their other ends. */
export function emphasisOf(data: MapData, selected: string | null, hovered: string | null, search: string): Emphasis {
  if (search !== '') {
    const found = data.nodes.filter((node) => `${node.namespace ?? ''}/${node.name}`.includes(search)).map((node) => node.id);
    return { hovered, selected, kept: new Set(found) };
  }
  if (selected === null) return { hovered, selected, kept: null };
  const kept = new Set([selected]);
  for (const edge of data.edges) {
    if (edge.id === selected || edge.from === selected || edge.to === selected) {
      kept.add(edge.id).add(edge.from).add(edge.to);
    }
  }
  return { hovered, selected, kept: kept.size > 1 || data.nodes.some((node) => node.id === selected) ? kept : null };
}
