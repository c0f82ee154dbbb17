import { describe, expect, it } from 'vitest';
import { bundleName, bundleText, readBundle } from '../src/domain/diagnosisBundle';

const report = { status: 'problem' as const, headline: 'Policy denies a the way to b', evidence: [{ text: 'denied', count: 3 }], checkedAt: '2026-11-29T04:59:19.1234567Z' };
const bundle = {
  saved: '2026-11-29T05:00:00.000Z', cluster: 'lab', report, flows: {},
  question: { namespaces: ['pets'], filter: '', range: '29 Nov 04:54 – 04:59', from: '2026-11-29T04:54:19Z', to: '2026-11-29T04:59:19Z' },
};
const damaged = (change: (root: Record<string, unknown>) => void) => {
  const root = JSON.parse(bundleText(bundle)) as Record<string, unknown>;
  change(root);
  return () => readBundle(JSON.stringify(root));
};

describe('A saved diagnosis', () => {
  it('reads as it was written', () => {
    expect(readBundle(bundleText(bundle))).toEqual({ kind: 'weir-diagnosis', version: 1, ...bundle });
  });

  it('is called after its cluster and time', () => {
    expect(bundleName('prod/eu 1', bundle.saved)).toBe('diagnosis-prod-eu-1-20261129-050000.json');
  });

  it('that is another file is refused with what is expected', () => {
    expect(() => readBundle('no')).toThrow('The file is no JSON');
    expect(() => readBundle('[]')).toThrow('expected an object');
    expect(damaged((root) => { root['kind'] = 'x'; })).toThrow('kind is "x"; expected "weir-diagnosis"');
    expect(damaged((root) => { root['version'] = 2; })).toThrow('version is 2');
  });

  it('that is damaged is refused with the place', () => {
    expect(damaged((root) => { root['report'] = { ...report, status: 'fine' }; })).toThrow('report.status is "fine"; expected ok, problem or blind');
    expect(damaged((root) => { root['report'] = { ...report, evidence: [{ text: 'a' }] }; })).toThrow('report.evidence[0].count is missing');
    expect(damaged((root) => { root['question'] = { namespaces: 'pets' }; })).toThrow('question.namespaces is "pets"; expected a list');
    expect(damaged((root) => { delete root['flows']; })).toThrow('flows is missing');
  });
});
