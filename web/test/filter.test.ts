import { describe, expect, it } from 'vitest';
import { applyCompletion, completeKeys, formatTerm, parseFilter, termAt, withTerm, withoutTerm } from '../src/domain/filter';

describe('A filter', () => {
  it('is cut into sides, keys, values and exclusions', () => {
    const terms = parseFilter('from:pod=pets/store-front verdict=dropped !port=53');
    expect(terms.map(({ side, key, value, excluded }) => [side, key, value, excluded])).toEqual([
      ['from', 'pod', 'pets/store-front', false], ['either', 'verdict', 'dropped', false], ['either', 'port', '53', true],
    ]);
  });

  it('says where each term starts, so that an error can be underlined', () => {
    expect(parseFilter('  port=53  dns=a').map((term) => term.start)).toEqual([2, 11]);
  });

  it('keeps blanks inside quotes in one term', () => {
    expect(parseFilter('label="app=store front" port=1').map((term) => term.value)).toEqual(['app=store front', '1']);
  });

  it('keeps a term without an equals sign as a word of its own', () => {
    expect(parseFilter('hello')[0]).toMatchObject({ key: '', value: 'hello' });
  });

  it('takes an equals sign in the value', () => {
    expect(parseFilter('label=k8s:app=web')[0]).toMatchObject({ key: 'label', value: 'k8s:app=web' });
  });
});

describe('A click on a value', () => {
  it('adds a term once', () => {
    expect(withTerm(withTerm('', { key: 'port', value: '53' }), { key: 'port', value: '53' })).toBe('port=53');
  });

  it('replaces the opposite term, since both select nothing', () => {
    expect(withTerm('port=53 verdict=dropped', { key: 'port', value: '53' }, true)).toBe('verdict=dropped !port=53');
  });

  it('quotes a value with blanks', () => {
    expect(formatTerm({ key: 'reason', value: 'Policy denied', side: 'to' })).toBe('to:reason="Policy denied"');
  });

  it('can be taken back', () => {
    expect(withoutTerm('port=53 verdict=dropped', 0)).toBe('verdict=dropped');
  });
});

describe('Completion', () => {
  it('replaces the term at the caret and leaves its neighbours', () => {
    const filter = 'verdict=dropped po port=53';
    const at = 'verdict=dropped po'.length;
    expect(termAt(filter, at).text).toBe('po');
    const [first] = completeKeys(filter, at);
    expect(first?.insert).toBe('pod=');
    expect(first && applyCompletion(filter, at, first)).toEqual({ filter: 'verdict=dropped pod= port=53', caret: 20 });
  });

  it('keeps the exclusion and the side that were typed', () => {
    expect(completeKeys('!from:na', 8).map((each) => each.insert)).toEqual(['!from:namespace=']);
  });

  it('offers no keys inside a value', () => {
    expect(completeKeys('port=5', 6)).toEqual([]);
  });
});

describe('A completion that the hub gives', () => {
  it('replaces the piece that the hub names', () => {
    const completion = { text: 'pets/store-front', insert: 'pets/store-front', detail: '', start: 9, length: 4 };
    expect(applyCompletion('from:pod=pets port=1', 13, completion)).toEqual({ filter: 'from:pod=pets/store-front port=1', caret: 25 });
  });
});
