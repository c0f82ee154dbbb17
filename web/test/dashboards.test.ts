import { describe, expect, it } from 'vitest';
import type { PanelSeries } from '../src/domain/dashboard';
import { aligned, isKql, tabled, titled } from '../src/domain/dashboard';

const series = (name: string, labels: Record<string, string>, ...values: (number | null)[]): PanelSeries =>
  ({ name, labels, points: values.map((value, index) => [index * 15, value] as const) });

describe('A panel', () => {
  it('has the selection in its title', () => {
    const title = 'Requests for Top 10 Source Pods in $namespace';
    expect(titled(title, { namespace: 'pets, shop', workload: '' })).toBe('Requests for Top 10 Source Pods in pets, shop');
    expect(titled(title, { namespace: '', workload: '' })).toBe('Requests for Top 10 Source Pods in all namespaces');
    expect(titled('costs $5', { namespace: '' })).toBe('costs $5');
  });

  it('shows several queries as columns of one table, the largest first', () => {
    const { labels, names, rows } = tabled([
      series('Sent', { cluster: 'a' }, 1, 2), series('Sent', { cluster: 'b' }, 5, null), series('Dropped', { cluster: 'a' }, 3),
    ]);
    expect([labels, names]).toEqual([['cluster'], ['Sent', 'Dropped']]);
    expect(rows.map((row) => [row.labels['cluster'], ...row.values])).toEqual([['b', 5, null], ['a', 2, 3]]);
  });

  it('has a gap where a series has no point', () => {
    expect(aligned([series('a', {}, 1, 2), { name: 'b', labels: {}, points: [[15, 7]] }])).toEqual({ times: [0, 15], values: [[1, 2], [null, 7]] });
  });

  it('opens in Logs when it asks the flow logs, and not when it asks Prometheus', () => {
    expect(isKql('ContainerNetworkLogs\n| take 1')).toBe(true);
    expect(isKql('sum by (node) (rate(hubble_drop_total{node=~"a|b"}[1m]))')).toBe(false);
  });
});
