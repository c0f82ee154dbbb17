import { describe, expect, it } from 'vitest';
import type { FlowRow } from '../src/domain/flow';
import { dnsAnswer } from '../src/domain/flow';
import { mergeFlows } from '../src/domain/flows';
import { flowTone, verdictWord } from '../src/domain/verdict';

const end = { ip: '10.0.0.1', identity: 1, names: [], labels: [] };
const flow = (id: string, second: number, more: Partial<FlowRow> = {}): FlowRow => ({
  id, time: `2026-11-29T12:00:${String(second).padStart(2, '0')}.0000000Z`, verdict: 'FORWARDED', type: 'L3_L4', event: 'to-endpoint', direction: 'EGRESS',
  reply: false, protocol: 'TCP', source: end, destination: end, l7: null, summary: '', rules: [], node: 'node-1', ...more,
});
const ids = (rows: readonly FlowRow[]) => rows.map((row) => row.id).join('');

describe('Merging flows', () => {
  it('puts the newest first, whatever the order of arrival', () => {
    expect(ids(mergeFlows([flow('c', 3), flow('a', 1)], [flow('b', 2), flow('d', 4)], 10))).toBe('dcba');
  });

  it('keeps a flow once when a reconnect replays it', () => {
    const shown = [flow('c', 3), flow('b', 2), flow('a', 1)];
    expect(ids(mergeFlows(shown, [flow('b', 2), flow('c', 3), flow('d', 4)], 10))).toBe('dcba');
  });

  it('keeps flows of the same instant apart', () => {
    expect(ids(mergeFlows([flow('b', 1)], [flow('a', 1)], 10))).toBe('ab');
  });

  it('drops the oldest beyond the limit', () => {
    expect(ids(mergeFlows([flow('b', 2), flow('a', 1)], [flow('c', 3)], 2))).toBe('cb');
  });

  it('appends an older page at the end', () => {
    expect(ids(mergeFlows([flow('d', 4), flow('c', 3)], [flow('b', 2), flow('a', 1), flow('c', 3)], 10))).toBe('dcba');
  });
});

describe('The tone of a flow', () => {
  it('is dropped when it was dropped, also inside a proxy', () => {
    expect(flowTone(flow('a', 1, { verdict: 'DROPPED', type: 'L7' }))).toBe('dropped');
  });

  it('is error for a forwarded response of status 403', () => {
    const denied = flow('a', 1, { type: 'L7', l7: { kind: 'http', request: false, code: 403 } });
    expect([flowTone(denied), verdictWord(denied)]).toEqual(['error', 'error']);
  });

  it('says what a lookup was answered', () => {
    const said = (rcode: number, ips: string[] = []) => dnsAnswer({ kind: 'dns', request: false, rcode, ips });
    expect([said(3), said(77), said(0), said(0, ['10.0.0.1', '10.0.0.2'])]).toEqual(['no such name', 'DNS error 77', 'no address', '10.0.0.1 +1']);
  });

  it('is error for a name that does not exist, and not for No Error', () => {
    const answer = (rcode: number) => flowTone(flow('a', 1, { type: 'L7', l7: { kind: 'dns', request: false, rcode } }));
    expect([answer(3), answer(0)]).toEqual(['error', 'redirected']);
  });
});
