import { describe, expect, it } from 'vitest';
import { formatView, onPage, parseView, scopeParameters } from '../src/domain/view';

const now = Date.parse('2026-11-29T12:00:00.000Z');

describe('The address of a view', () => {
  it('holds page, namespaces, time, filter and detail, and is read back the same', () => {
    const view = {
      page: 'flows' as const, namespaces: ['pets', 'shop'], time: { kind: 'absolute' as const, from: '2026-11-29T10:00:00.000Z', to: '2026-11-29T11:00:00.000Z' },
      filter: 'from:pod=pets/store-front !port=53', system: true, detail: { flow: '018f', at: '2026-11-29T10:30:00.1234567Z' },
    };
    const [path = '', search = ''] = formatView(view).split('?');
    expect(parseView(path, search)).toEqual(view);
  });

  it('leaves out what is the default', () => {
    expect(formatView(parseView('/flows', ''))).toBe('/flows');
  });

  it('falls back to live when the span is turned round', () => {
    expect(parseView('/flows', 'from=2026-11-29T11:00:00Z&to=2026-11-29T10:00:00Z').time).toEqual({ kind: 'live' });
  });

  it('opens the map for an unknown path', () => {
    expect(parseView('/nothing', '').page).toBe('map');
  });

  it('keeps the question on the way to another page, but not what belonged to the page', () => {
    const flows = parseView('/flows', 'ns=pets&q=verdict%3Ddropped&flow=018f');
    expect(formatView(onPage(flows, 'map'))).toBe('/map?ns=pets&q=verdict%3Ddropped');
  });
});

describe('What the hub is asked', () => {
  it('has no times while the view is live', () => {
    expect(scopeParameters(parseView('/flows', 'ns=pets'), now).toString()).toBe('ns=pets');
  });

  it('has the span of a relative range, seen from now', () => {
    const scope = scopeParameters(parseView('/flows', 'range=1h'), now);
    expect([scope.get('from'), scope.get('to')]).toEqual(['2026-11-29T11:00:00.000Z', '2026-11-29T12:00:00.000Z']);
  });
});
