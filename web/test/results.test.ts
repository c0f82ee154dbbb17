import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../src/domain/query';
import { choosesTime, withCondition } from '../src/domain/query';
import { chartOf } from '../src/domain/resultChart';
import { cellText, filterRows, sortRows, summarise } from '../src/domain/resultTable';

const rows = [['b', 2, null], ['a', 10, 'x'], ['c', null, 'y']];

describe('A table of results', () => {
  it('sorts numbers by size and puts what is missing last, both ways', () => {
    expect(sortRows(rows, { column: 1, descending: false }).map((row) => row[0])).toEqual(['b', 'a', 'c']);
    expect(sortRows(rows, { column: 1, descending: true }).map((row) => row[0])).toEqual(['a', 'b', 'c']);
  });

  it('sorts numbers inside texts as people count', () => {
    expect(sortRows([['pod-10'], ['pod-9']], { column: 0, descending: false })[0]).toEqual(['pod-9']);
  });

  it('filters by text, by size and by equality, all together', () => {
    expect(filterRows(rows, { 1: '>5' }).map((row) => row[0])).toEqual(['a']);
    expect(filterRows(rows, { 0: 'A', 1: '=10' })).toHaveLength(1);
    expect(filterRows(rows, { 0: 'A', 1: '<10' })).toHaveLength(0);
  });

  it('shows a dynamic value as JSON and a missing one as nothing', () => {
    expect([cellText({ a: 1 }), cellText(null)]).toEqual(['{"a":1}', '']);
  });

  it('summarises a column of numbers', () => {
    expect(summarise(rows, 1, 'long')).toMatchObject({ rows: 3, empty: 1, distinct: 2, least: 2, most: 10, sum: 12 });
  });
});

const timed: QueryResult = {
  columns: [{ name: 'TimeGenerated', type: 'datetime' }, { name: 'TrafficDirection', type: 'string' }, { name: 'Allowed', type: 'long' }, { name: 'Dropped', type: 'long' }],
  rows: [['2026-11-29T12:01:00Z', 'INGRESS', 3, 1], ['2026-11-29T12:00:00Z', 'INGRESS', 5, 0], ['2026-11-29T12:00:00Z', 'EGRESS', 7, 2]],
  render: { visualization: 'timechart' }, stats: { elapsedMs: 1, rows: 3 },
};

describe('A chart of a result', () => {
  it('has a line for each text and number, in the order of time, with gaps where nothing was counted', () => {
    const chart = chartOf(timed);
    expect(chart?.kind === 'time' && chart.times).toEqual(['2026-11-29T12:00:00Z', '2026-11-29T12:01:00Z'].map((at) => Date.parse(at) / 1000));
    expect(chart?.series.map((series) => [series.name, ...series.values])).toEqual([
      ['INGRESS: Allowed', 5, 3], ['INGRESS: Dropped', 0, 1], ['EGRESS: Allowed', 7, null], ['EGRESS: Dropped', 2, null],
    ]);
  });

  it('is made of bars when there is no time', () => {
    const chart = chartOf({ columns: [{ name: 'Pod', type: 'string' }, { name: 'Drops', type: 'long' }], rows: [['a', 4], ['b', 2]], stats: { elapsedMs: 1, rows: 2 } });
    expect(chart).toEqual({ kind: 'bars', names: ['a', 'b'], series: [{ name: 'Drops', values: [4, 2] }] });
  });

  it('is not offered for texts alone', () => {
    expect(chartOf({ columns: [{ name: 'Pod', type: 'string' }], rows: [['a']], stats: { elapsedMs: 1, rows: 1 } })).toBeNull();
  });
});

describe('The time of a query', () => {
  it('is its own when it compares the time column, and not when it only sorts by it or speaks of it', () => {
    expect([choosesTime('T | where TimeGenerated > ago(1h)'), choosesTime('T | order by TimeGenerated desc'), choosesTime('T // TimeGenerated > 1')]).toEqual([true, false, false]);
  });
});

describe('A value taken into a query', () => {
  it('becomes a condition in front of render', () => {
    expect(withCondition('T\n| render timechart', { name: 'Verdict', type: 'string' }, 'DROPPED', false)).toBe('T\n| where Verdict == "DROPPED"\n| render timechart');
  });

  it('is excluded with the opposite, and its quotes stay inside', () => {
    expect(withCondition('T', { name: 'Name', type: 'string' }, 'a"b', true)).toBe('T\n| where Name != "a\\"b"');
  });

  it('keeps the type of a time', () => {
    expect(withCondition('T', { name: 'At', type: 'datetime' }, '2026-11-29T12:00:00Z', false)).toContain('datetime(2026-11-29T12:00:00Z)');
  });
});
