import { describe, expect, it } from 'vitest';
import { fitted, toMap, toScreen, zoomed } from '../src/domain/camera';
import { collapse } from '../src/domain/collapse';
import type { Curve } from '../src/domain/curve';
import { curvesOf, distanceTo, pointOn } from '../src/domain/curve';
import type { MapData, MapEdge, MapNode } from '../src/domain/map';
import { byConcern, edgeWidth, endpointText, nodeTerm } from '../src/domain/map';
import { makeRoom, openHeight } from '../src/domain/opening';
import { cardHeight, cardWidth, clusterBoxes, settle } from '../src/domain/placement';

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

describe('An edge past other cards', () => {
  const at = places(['a', 0, 0], ['b', 900, 0], ['between', 450, -20], ['below', 450, 90]);
  const through = (curve: Curve | undefined) => Array.from({ length: 61 }, (_, step) => (curve === undefined ? { x: 0, y: 0 } : pointOn(curve, step / 60)))
    .some(({ x, y }) => ['between', 'below'].some((id) => {
      const card = at.get(id);
      return card !== undefined && x > card.x && x < card.x + cardWidth && y > card.y && y < card.y + cardHeight;
    }));

  it('runs through none of them', () => {
    expect([through(curvesOf([edge('a', 'b')], at)[0]), through(curvesOf([edge('a', 'b')], at, true)[0]), through(curvesOf([edge('b', 'a')], at, true)[0])]).toEqual([true, false, false]);
  });

  it('goes straight when nothing is in the way', () => {
    expect(curvesOf([edge('a', 'b')], places(['a', 0, 0], ['b', 900, 0], ['c', 450, 500]), true)[0]?.path.length).toBe(1);
  });

  it('keeps beside the others that take the same way', () => {
    const [first, second] = curvesOf([edge('a', 'b', { port: 1 }), edge('a', 'b', { port: 2 })], at, true);
    const heights = [first, second].map((curve) => curve?.path[1]?.a.y);
    expect(heights[0]).not.toBe(heights[1]);
  });
});

describe('Edges into one card', () => {
  it('arrive in the order of where they come from', () => {
    const at = places(['top', 0, 0], ['low', 0, 300], ['to', 600, 150]);
    const [low, top] = curvesOf([edge('low', 'to'), edge('top', 'to')], at);
    expect((top?.d.y ?? 0) < (low?.d.y ?? 0)).toBe(true);
  });

  it('that are denied end at gates that do not cover each other', () => {
    const many = Array.from({ length: 7 }, (_, index) => `s${index}`);
    const at = places(...many.map((name, index): [string, number, number] => [name, 0, index * 100]), ['to', 600, 300]);
    const gates = curvesOf(many.map((name) => edge(name, 'to', { verdict: 'dropped' })), at).flatMap(({ gate }) => gate ?? []);
    expect(gates.every((one, index) => gates.slice(index + 1).every((two) => Math.hypot(one.x - two.x, one.y - two.y) >= 16))).toBe(true);
  });
});

describe('An opened card', () => {
  const endpoints = [{ kind: 'http' as const, port: 80, method: 'GET', path: '/', count: 1, errors: 0 }];
  const cards = [node('a', 'shop', { endpoints }), node('beside', 'shop', { endpoints }), node('below', 'shop')];
  const at = places(['shop/a', 0, 0], ['shop/beside', 300, 10], ['shop/below', 0, 100]);

  it('moves what stands below it down, and nothing else', () => {
    const after = makeRoom(cards, at, new Set(['shop/a']));
    const grown = openHeight(cards[0] ?? node('a'));
    expect([after.get('shop/a'), after.get('shop/beside')?.y, after.get('shop/below')?.y]).toEqual([{ x: 0, y: 0, height: grown }, 10, 100 + grown - cardHeight]);
  });

  it('shares the room with the one beside it', () => {
    expect(makeRoom(cards, at, new Set(['shop/a', 'shop/beside'])).get('shop/below')).toEqual(makeRoom(cards, at, new Set(['shop/a'])).get('shop/below'));
  });

  it('of which there is none leaves the map as it is', () => {
    expect(makeRoom(cards, at, new Set(['shop/below']))).toBe(at);
  });

  it('says its endpoints as people write them', () => {
    expect([endpointText({ kind: 'http', port: 80, method: 'GET', path: '/x', count: 1, errors: 0 }), endpointText({ kind: 'dns', port: 53, name: 'a.b', count: 1, errors: 0 })]).toEqual(['GET /x', 'a.b']);
  });

  it('that is only an address is found by it', () => {
    expect(nodeTerm(node('kube-system/kube-dns', undefined, { kind: 'service', address: '10.0.0.10' }))).toEqual({ key: 'ip', value: '10.0.0.10' });
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
