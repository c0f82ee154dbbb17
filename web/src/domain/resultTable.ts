import { dayTime } from './clock';
import type { QueryColumn } from './query';

export type Row = readonly unknown[];

export interface SortBy {
  readonly column: number;
  readonly descending: boolean;
}

/** Sorted by one column; nulls last whatever the direction, equal rows in their old order. */
export function sortRows(rows: readonly Row[], sort: SortBy | null): readonly Row[] {
  if (sort === null) return rows;
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = a[sort.column] ?? null;
    const right = b[sort.column] ?? null;
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return sign * compare(left, right);
  });
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return cellText(a).localeCompare(cellText(b), 'en', { numeric: true });
}

/** Rows whose cells contain the texts, column by column; `>5`, `<5` and `=x` compare. Case does not matter. */
export function filterRows(rows: readonly Row[], filters: Readonly<Record<number, string>>): readonly Row[] {
  const tests = Object.entries(filters).filter(([, text]) => text.trim() !== '').map(([column, text]) => [Number(column), testOf(text.trim())] as const);
  return tests.length === 0 ? rows : rows.filter((row) => tests.every(([column, passes]) => passes(row[column])));
}

function testOf(text: string): (value: unknown) => boolean {
  const match = /^([<>]=?|=)\s*(.+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    const wanted = text.toLowerCase();
    return (value) => cellText(value).toLowerCase().includes(wanted);
  }
  const wanted = match[2].toLowerCase();
  const number = Number(match[2]);
  const order = (value: unknown) => (typeof value === 'number' && !Number.isNaN(number) ? value - number : cellText(value).toLowerCase().localeCompare(wanted));
  switch (match[1]) {
    case '>': return (value) => order(value) > 0;
    case '<': return (value) => order(value) < 0;
    case '>=': return (value) => order(value) >= 0;
    case '<=': return (value) => order(value) <= 0;
    default: return (value) => order(value) === 0;
  }
}

/** A cell as text; a null is empty, a dynamic value is JSON. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** A cell as people read it: times local, numbers with separators. */
export function cellShown(value: unknown, type: string): string {
  if (type === 'datetime' && typeof value === 'string' && value !== '') return dayTime(value) + (/\.\d{1,3}/.exec(value)?.[0] ?? '');
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en') : value.toLocaleString('en', { maximumFractionDigits: 4 });
  return cellText(value);
}

export const isNumeric = (type: string) => ['int', 'long', 'real', 'decimal', 'double'].includes(type);

/** What a column holds: how many values, how many different ones, and for numbers their range and sum. */
export interface Summary {
  readonly rows: number;
  readonly empty: number;
  readonly distinct: number;
  readonly least: unknown;
  readonly most: unknown;
  readonly sum: number | null;
  readonly top: readonly { readonly value: unknown; readonly count: number }[];
}

export function summarise(rows: readonly Row[], column: number, type: QueryColumn['type']): Summary {
  const counts = new Map<string, { value: unknown; count: number }>();
  let empty = 0;
  let sum = 0;
  let least: unknown = null;
  let most: unknown = null;
  for (const row of rows) {
    const value = row[column] ?? null;
    if (value === null || value === '') {
      empty++;
      continue;
    }
    const key = cellText(value);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { value, count: 1 });
    else known.count++;
    if (typeof value === 'number') sum += value;
    if (least === null || compare(value, least) < 0) least = value;
    if (most === null || compare(value, most) > 0) most = value;
  }
  const top = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, 10);
  return { rows: rows.length, empty, distinct: counts.size, least, most, sum: isNumeric(type) ? sum : null, top };
}
