import type { QueryColumn, QueryResult } from './query';
import { cellText, isNumeric } from './resultTable';

/** A result as a chart: lines over time, or bars over categories. */
export type ResultChart =
  | { readonly kind: 'time'; readonly stacked: boolean; readonly bars: boolean; readonly times: readonly number[]; readonly series: readonly Series[] }
  | { readonly kind: 'bars'; readonly names: readonly string[]; readonly series: readonly Series[] };

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const mostSeries = 24;

/** Draws a result the way its `render` says, else by its columns: a time and a number make lines, a text and a number bars. Null: not to be drawn. */
export function chartOf(result: QueryResult): ResultChart | null {
  const { columns, render } = result;
  const index = (name: string | undefined) => columns.findIndex((column) => column.name === name);
  const named = index(render?.xColumn);
  const time = named >= 0 && columns[named]?.type === 'datetime' ? named : columns.findIndex((column) => column.type === 'datetime');
  const wanted = render?.yColumns?.map(index).filter((at) => at >= 0) ?? [];
  const numbers = wanted.length > 0 ? wanted : columns.flatMap((column, at) => (isNumeric(column.type) && at !== named ? [at] : []));
  if (numbers.length === 0 || result.rows.length === 0) return null;
  const visualization = render?.visualization ?? '';
  const categorical = ['barchart', 'columnchart', 'piechart', 'card'].includes(visualization) && (named < 0 || named !== time);
  if (time >= 0 && !categorical) return overTime(result, time, numbers, visualization);
  const texts = columns.flatMap((column, at) => (!isNumeric(column.type) && !numbers.includes(at) ? [at] : []));
  return overNames(result, named >= 0 ? [named] : texts, numbers);
}

function overTime(result: QueryResult, time: number, numbers: readonly number[], visualization: string): ResultChart {
  const { columns, rows, render } = result;
  const named = render?.series?.map((name) => columns.findIndex((column) => column.name === name)).filter((at) => at >= 0) ?? [];
  const splits = named.length > 0 ? named : columns.flatMap((column, at) => (column.type === 'string' && at !== time ? [at] : []));
  const times = [...new Set(rows.map((row) => Date.parse(cellText(row[time])) / 1000))].filter((at) => !Number.isNaN(at)).sort((a, b) => a - b);
  const place = new Map(times.map((at, index) => [at, index]));
  const series = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const at = place.get(Date.parse(cellText(row[time])) / 1000);
    if (at === undefined) continue;
    const split = splits.map((column) => cellText(row[column])).filter((text) => text !== '').join(', ');
    for (const number of numbers) {
      const name = seriesName(split, columns[number], numbers.length);
      let values = series.get(name);
      if (values === undefined) {
        if (series.size >= mostSeries) continue;
        values = Array.from<number | null>({ length: times.length }).fill(null);
        series.set(name, values);
      }
      values[at] = numberOf(row[number]);
    }
  }
  return {
    kind: 'time', times, stacked: visualization.startsWith('stacked') || result.render?.kind === 'stacked', bars: visualization === 'columnchart',
    series: [...series].map(([name, values]) => ({ name, values })),
  };
}

function seriesName(split: string, column: QueryColumn | undefined, columns: number): string {
  const name = column?.name ?? '';
  if (split === '') return name;
  return columns === 1 ? split : `${split}: ${name}`;
}

function overNames(result: QueryResult, texts: readonly number[], numbers: readonly number[]): ResultChart {
  const rows = result.rows.slice(0, 50);
  return {
    kind: 'bars',
    names: rows.map((row, index) => texts.map((column) => cellText(row[column])).filter((text) => text !== '').join(' → ') || `row ${index + 1}`),
    series: numbers.slice(0, 6).map((number) => ({ name: result.columns[number]?.name ?? '', values: rows.map((row) => numberOf(row[number])) })),
  };
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
