/** What the hub answers to a query. Cells are JSON values: numbers, texts, booleans, null, or objects for `dynamic`. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly (readonly unknown[])[];
  readonly render?: Render;
  readonly stats: QueryStats;
}

export interface QueryColumn {
  readonly name: string;
  /** A scalar type of KQL: datetime, string, long, int, real, bool, dynamic, timespan, … */
  readonly type: string;
}

export interface Render {
  readonly visualization: string;
  readonly title?: string;
  readonly xColumn?: string;
  readonly yColumns?: readonly string[];
  readonly series?: readonly string[];
  readonly kind?: string;
}

export interface QueryStats {
  readonly elapsedMs: number;
  readonly rows: number;
  readonly bytes?: number;
  readonly tier?: 'raw' | 'aggregated' | 'both';
  readonly aggregatedBefore?: string;
}

export interface QuerySchema {
  readonly database: string;
  readonly tables: readonly { readonly name: string; readonly docstring?: string; readonly columns: readonly { readonly name: string; readonly type: string; readonly docstring?: string }[] }[];
  readonly functions?: readonly { readonly name: string; readonly body?: string; readonly docstring?: string }[];
}

export interface GalleryQuery {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
}

/** A query that names the time column chooses its own time; then the range of the top bar is not sent. */
export function choosesTime(query: string): boolean {
  return /\bTimeGenerated\s*(?:[<>=!]|between|in\b)/.test(query.replace(/\/\/.*$/gm, ''));
}

/** The query with a condition on a column appended; a trailing `render` stays last. */
export function withCondition(query: string, column: QueryColumn, value: unknown, excluded: boolean): string {
  const name = /^[A-Za-z_]\w*$/.test(column.name) ? column.name : `['${column.name}']`;
  const condition = `| where ${name} ${excluded ? '!=' : '=='} ${literal(value, column.type)}`;
  const render = /\n?\|\s*render\b[^|]*$/.exec(query);
  return render === null ? `${query.trimEnd()}\n${condition}` : `${query.slice(0, render.index).trimEnd()}\n${condition}\n${render[0].trim()}`;
}

function literal(value: unknown, type: string): string {
  if (type === 'datetime') return `datetime(${String(value)})`;
  if (type === 'timespan') return `timespan(${String(value)})`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
