import type { MapNode } from './map';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const cardWidth = 208;
export const cardHeight = 76;
const gapY = 20;
const padding = 18;
export const clusterTitle = 26;

/** The upper left corner of a card; an opened one is taller than usual. */
export interface Place extends Point {
  readonly height?: number;
}

/** Where each card stands. */
export type Places = ReadonlyMap<string, Place>;

export const heightOf = (place: Place) => place.height ?? cardHeight;

/**
 * Keeps what stands where it stands, so that a map that people know does not jump when a workload comes or goes.
 * Newcomers take the free place below their column; `fresh` is a layout of the whole map, used when nothing is known yet,
 * when more than a third of the cards are new, or when a grown namespace would lie over another.
 */
export function settle(known: Places, nodes: readonly MapNode[], fresh: Places): Places {
  const newcomers = nodes.filter((node) => !known.has(node.id));
  if (newcomers.length === 0) return known;
  if (newcomers.length * 3 > nodes.length) return fresh;
  const places = new Map(known);
  for (const node of newcomers) places.set(node.id, freePlace(node, nodes, places, fresh));
  return overlapping([...clusterBoxes(nodes, places).values()]) ? fresh : places;
}

/** The whole map has a place for every card. */
export function isPlaced(nodes: readonly MapNode[], places: Places): boolean {
  return nodes.every((node) => places.has(node.id));
}

function freePlace(node: MapNode, nodes: readonly MapNode[], places: ReadonlyMap<string, Point>, fresh: Places): Point {
  const peers = nodes.filter((each) => each.namespace === node.namespace && each.kind === node.kind && places.has(each.id));
  const sameTier = peers.filter((each) => each.tier === node.tier);
  const column = sameTier.length > 0 ? sameTier : peers;
  const beside = column[0] === undefined ? undefined : places.get(column[0].id);
  if (beside === undefined) return fresh.get(node.id) ?? { x: 0, y: 0 };
  const taken = [...places.values()].filter((point) => Math.abs(point.x - beside.x) < cardWidth);
  let y = beside.y;
  while (taken.some((point) => Math.abs(point.y - y) < cardHeight + gapY / 2)) y += cardHeight + gapY;
  return { x: beside.x, y };
}

/** The frame of each namespace that has cards on the map: around them all, with room for its title. */
export function clusterBoxes(nodes: readonly MapNode[], places: Places): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const node of nodes) {
    const place = places.get(node.id);
    if (place === undefined || node.namespace === undefined) continue;
    const old = boxes.get(node.namespace);
    const left = Math.min(old?.x ?? Infinity, place.x - padding);
    const top = Math.min(old?.y ?? Infinity, place.y - padding - clusterTitle);
    const right = Math.max(old === undefined ? -Infinity : old.x + old.width, place.x + cardWidth + padding);
    const bottom = Math.max(old === undefined ? -Infinity : old.y + old.height, place.y + heightOf(place) + padding);
    boxes.set(node.namespace, { x: left, y: top, width: right - left, height: bottom - top });
  }
  return boxes;
}

function overlapping(boxes: readonly Box[]): boolean {
  return boxes.some((a, index) => boxes.slice(index + 1).some((b) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height));
}

/** The box around everything. */
export function bounds(nodes: readonly MapNode[], places: Places): Box {
  const frames = [...clusterBoxes(nodes, places).values(), ...nodes.flatMap((node) => {
    const place = places.get(node.id);
    return place === undefined ? [] : [{ ...place, width: cardWidth, height: heightOf(place) }];
  })];
  if (frames.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const x = Math.min(...frames.map((box) => box.x));
  const y = Math.min(...frames.map((box) => box.y));
  return {
    x, y, width: Math.max(...frames.map((box) => box.x + box.width)) - x, height: Math.max(...frames.map((box) => box.y + box.height)) - y,
  };
}
