import { describe, expect, it } from 'vitest';
import { aligned, isKql, lastValue, stepSeconds } from '../src/domain/dashboard';
import { diffText, isDiff, lineDiff } from '../src/domain/lineDiff';
import { judgementTone, policyKey, worst } from '../src/domain/policy';

describe('A comparison of two policies', () => {
  it('keeps what is common and marks what is not', () => {
    expect(lineDiff('a\nb\nc', 'a\nx\nc').map((line) => line.sign + line.text)).toEqual([' a', '-b', '+x', ' c']);
  });

  it('marks everything of a policy that was added', () => {
    expect(lineDiff('', 'a\nb').map((line) => line.sign).join('')).toBe('++');
  });

  it('says nothing of two equal texts', () => {
    expect(diffText('a\nb', 'a\nb\n')).toBe('');
  });

  it('leaves out what is far from a change', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, 'other');
    expect(diffText(before.join('\n'), after.join('\n'), 1).split('\n')).toEqual([' line 9', '-line 10', '+other', ' line 11', ' …']);
  });
});

describe('A policy', () => {
  it('of the whole cluster has a dash for its namespace', () => {
    expect([policyKey({ kind: 'CiliumNetworkPolicy', namespace: 'pets', name: 'a' }), policyKey({ kind: 'CiliumClusterwideNetworkPolicy', name: 'b' })])
      .toEqual(['CiliumNetworkPolicy/pets/a', 'CiliumClusterwideNetworkPolicy/-/b']);
  });

  it('is marked by the worst that is wrong with it', () => {
    expect(worst([{ severity: 'note', message: '' }, { severity: 'warning', message: '' }])).toBe('warning');
    expect(worst([])).toBeNull();
  });

  it('is drawn denied whatever the word for it', () => {
    expect(['denied', 'DROPPED', 'redirected', 'allowed'].map(judgementTone)).toEqual(['dropped', 'dropped', 'redirected', 'forwarded']);
  });
});

describe('A panel', () => {
  it('has one axis for all of its series, with gaps where one has no point', () => {
    const chart = aligned([{ name: 'a', labels: {}, points: [[1, 10], [2, 20]] }, { name: 'b', labels: {}, points: [[2, 5], [3, null]] }]);
    expect(chart).toEqual({ times: [1, 2, 3], values: [[10, 20, null], [null, 5, null]] });
  });

  it('shows the newest value that is not a gap', () => {
    expect(lastValue({ name: '', labels: {}, points: [[1, 4], [2, 7], [3, null]] })).toBe(7);
  });

  it('is asked in steps that give a readable number of points', () => {
    const hour = 3_600_000;
    expect([stepSeconds(0, hour / 4), stepSeconds(0, 24 * hour), stepSeconds(0, 168 * hour)]).toEqual([15, 600, 3600]);
  });

  it('opens KQL in Logs and leaves PromQL to Prometheus', () => {
    expect([isKql('RetinaNetworkFlowLogs\n| take 1'), isKql('sum(rate(hubble_drop_total[1m]))')]).toEqual([true, false]);
  });
});

describe('A mend', () => {
  it('is marked as a diff only when every line has a sign', () => {
    expect(isDiff('   dns:\n+  - matchName: a\n')).toBe(true);
    expect(isDiff('- toFQDNs:\n  - matchName: a\n')).toBe(false);
    expect(isDiff('apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n')).toBe(false);
  });
});
