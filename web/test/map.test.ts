import { describe, expect, it } from 'vitest';
import { fitted, toMap, toScreen, zoomed } from '../src/domain/camera';
import { collapse } from '../src/domain/collapse';
import { curvesOf, distanceTo, pointOn } from '../src/domain/curve';
import type { MapData, MapEdge, MapNode } from '../src/domain/map';
import { byConcern, edgeWidth } from '../src/domain/map';
import { cardHeight, clusterBoxes, settle } from '../src/domain/placement';

const node = (name: string, namespace?: string, more: Partial<MapNode> = {}): MapNode => ({
  id: namespace === undefined ? name : `${namespace}/${name}`, kind: namespace === undefined ? 'world' : 'workload', ...(namespace === undefined ? {} : { namespace }),
  name, tier: 'service', ports: [], endpoints: [], rate: 1, drops: 0, spark: [1, 2], dropSpark: [0, 0], ...more,
});
const edge = (from: string, to: string, more: Partial<MapEdge> = {}): MapEdge => ({
  id: `${from}>${to}:${more.port ?? 80}:${more.verdict ?? 'forwarded'}`, from, to, port: 80, protocol: 'TCP', verdict: 'forwarded', flows: 10, rate: 1, dropShare: 0, names: [], rules: [], ...more,
});
const places = (...all: [string, number, number][]) => new Map(all.map(([id, x, y]) => [id, { x, y }]));

describe('A map that people know', () => {
  const known = places(['shop/a', 0, 0], ['shop/b', 300, 0], ['shop/c', 300, 100], ['shop/d', 600, 0]);
  const cards = ['a', 'b', 'c', 'd'].map((name) => node(name, 'shop'));

  it('does not move when cards go', () => {
    expect(settle(known, cards.slice(0, 2), places())).toBe(known);
  });

  it('keeps every known card where it is when one comes', () => {
    const after = settle(known, [...cards, node('e', 'shop')], places(['shop/a', 9, 9]));
    expect([...known].every(([id, point]) => after.get(id) === point)).toBe(true);
  });

  it('puts the newcomer where nothing stands', () => {
    const e = settle(known, [...cards, node('e', 'shop')], places()).get('shop/e');
    const near = [...known.values()].filter((point) => Math.abs(point.x - (e?.x ?? 0)) < 100);
    expect(near.every((point) => Math.abs(point.y - (e?.y ?? 0)) >= cardHeight)).toBe(true);
  });

  it('is laid out anew when most of it is new', () => {
    const fresh = places(['x/1', 1, 1], ['x/2', 2, 2]);
    expect(settle(known, [node('1', 'x'), node('2', 'x'), node('a', 'shop')], fresh)).toBe(fresh);
  });

  it('is laid out anew when a grown namespace would lie over another', () => {
    const crowded = places(['shop/a', 0, 0], ['shop/b', 0, 400], ['bank/c', 0, 200], ['bank/d', 0, 296]);
    const fresh = places(['shop/e', 5, 5]);
    const all = [node('a', 'shop'), node('b', 'shop'), node('c', 'bank'), node('d', 'bank'), node('e', 'shop')];
    expect(settle(crowded, all, fresh)).toBe(fresh);
  });

  it('frames each namespace around its cards', () => {
    const box = clusterBoxes(cards, known).get('shop');
    expect(box && box.x < 0 && box.x + box.width > 800 && box.y < 0).toBe(true);
  });
});

describe('A namespace drawn as one card', () => {
  const data: MapData = {
    from: '', to: '', hiddenSystem: 0, nodes: [node('a', 'shop', { rate: 2 }), node('b', 'shop', { rate: 3, drops: 4 }), node('world')],
    edges: [edge('shop/a', 'shop/b'), edge('world', 'shop/a', { rate: 5 }), edge('world', 'shop/b', { rate: 7 })],
  };
  const folded = collapse(data, new Set(['shop']));

  it('has the sum of its cards', () => {
    expect(folded.nodes.find((each) => each.id === 'namespace/shop')).toMatchObject({ kind: 'namespace', rate: 5, drops: 4, spark: [2, 4] });
  });

  it('hides what goes on inside and joins what goes in', () => {
    expect(folded.edges.map(({ from, to, rate }) => [from, to, rate])).toEqual([['world', 'namespace/shop', 12]]);
  });

  it('leaves the map as it is when no namespace is folded', () => {
    expect(collapse(data, new Set())).toBe(data);
  });
});

describe('An edge', () => {
  const at = places(['a', 0, 0], ['b', 600, 0]);

  it('ends at its gate, short of the card, when it is denied', () => {
    const [open, denied] = curvesOf([edge('a', 'b'), edge('a', 'b', { verdict: 'dropped' })], at);
    expect([open?.gate, denied?.gate !== null, (denied?.d.x ?? 0) < (open?.d.x ?? 0)]).toEqual([null, true, true]);
  });

  it('keeps apart from others between the same cards', () => {
    const [first, second] = curvesOf([edge('a', 'b', { port: 1 }), edge('a', 'b', { port: 2 })], at);
    expect(first?.a.y).not.toBe(second?.a.y);
  });

  it('leaves a card on the side of its target', () => {
    const [back] = curvesOf([edge('b', 'a')], at);
    expect(back?.a.x).toBe(600);
  });

  it('is found by a point on it and not by one far away', () => {
    const [curve] = curvesOf([edge('a', 'b')], at);
    expect(curve && distanceTo(curve, pointOn(curve, 0.4)) < 2).toBe(true);
    expect(curve && distanceTo(curve, { x: 300, y: 400 })).toBe(Infinity);
  });

  it('grows with the logarithm of its rate and has an end', () => {
    expect([edgeWidth(0), edgeWidth(10) > edgeWidth(1), edgeWidth(1e9)]).toEqual([1.2, true, 7]);
  });

  it('that is denied comes first in the list', () => {
    expect([edge('a', 'b', { rate: 99 }), edge('a', 'b', { verdict: 'dropped' })].sort(byConcern)[0]?.verdict).toBe('dropped');
  });
});

describe('The camera', () => {
  it('keeps what is under the pointer there while it zooms', () => {
    const camera = { x: 10, y: 20, scale: 0.5 };
    const pointer = { x: 200, y: 100 };
    const before = toMap(camera, pointer);
    const after = toScreen(zoomed(camera, 1.5, pointer), before);
    expect([after.x, after.y].map(Math.round)).toEqual([200, 100]);
  });

  it('fits a box whole', () => {
    const camera = fitted({ x: -100, y: -50, width: 4000, height: 1000 }, 1200, 800);
    const corner = toScreen(camera, { x: 3900, y: 950 });
    expect(corner.x <= 1200 && corner.y <= 800 && toScreen(camera, { x: -100, y: -50 }).x >= 0).toBe(true);
  });
});
