import { describe, expect, it } from 'vitest';
import { ago } from '../src/domain/clock';
import { bytes, compact, inUnit, milliseconds, percent, perSecond } from '../src/domain/format';
import { LineCutter } from '../src/domain/lines';
import { brushed, spanOf } from '../src/domain/timeRange';
import { yamlPieces } from '../src/domain/yaml';

describe('Numbers', () => {
  it.each([[0, '0'], [0.4, '0.4'], [7, '7'], [12.34, '12.3'], [999, '999'], [1234, '1.2 k'], [34_500, '34.5 k'], [1_234_567, '1.2 M']])('%d reads %s', (value, text) => {
    expect(compact(value)).toBe(text);
  });

  it('carry their unit', () => {
    expect([perSecond(1200), bytes(414_000), bytes(12), milliseconds(0.84), milliseconds(3200)]).toEqual(['1.2 k/s', '414 kB', '12 B', '0.84 ms', '3.2 s']);
  });

  it('say no more than what is known: loss never rounds away', () => {
    expect([percent(1), percent(0.9999), percent(0.992), percent(0.0001), percent(0)]).toEqual(['100 %', '> 99.9 %', '99.2 %', '< 0.1 %', '0 %']);
  });

  it('that are missing are a dash, not a zero', () => {
    expect(inUnit(null, 'bytes')).toBe('–');
  });
});

describe('Times', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  it('read relative to the hub', () => {
    expect(['2026-11-29T12:00:05Z', '2026-11-29T11:59:48Z', '2026-11-29T11:57:00Z', '2026-11-28T11:00:00Z'].map((time) => ago(time, now)))
      .toEqual(['now', '12 s ago', '3 min ago', '1 d ago']);
  });

  it('brushed backwards are put in order and to whole seconds', () => {
    expect(brushed(now + 2500, now + 200)).toEqual({ kind: 'absolute', from: '2026-11-29T12:00:00.000Z', to: '2026-11-29T12:00:03.000Z' });
  });

  it('of a live view span five minutes', () => {
    expect(spanOf({ kind: 'live' }, now).from).toBe(now - 300_000);
  });
});

describe('A stream of lines', () => {
  it('gives whole lines only, however it is cut', () => {
    const cutter = new LineCutter();
    expect([cutter.push('{"a":'), cutter.push('1}\n{"b":2}\n\n{'), cutter.push('}\n')]).toEqual([[], ['{"a":1}', '{"b":2}'], ['{}']]);
  });
});

describe('A line of YAML', () => {
  it('is cut into mark, key, value and comment, and loses nothing', () => {
    const line = '      - port: "53" # DNS';
    const pieces = yamlPieces(line);
    expect(pieces.map((piece) => piece.kind)).toEqual(['mark', 'key', 'mark', 'number', 'comment']);
    expect(pieces.map((piece) => piece.text).join('')).toBe(line);
  });

  it('keeps a key with a colon whole', () => {
    expect(yamlPieces('    k8s:io.kubernetes.pod.namespace: pets')[1]).toEqual({ kind: 'key', text: 'k8s:io.kubernetes.pod.namespace' });
  });
});
