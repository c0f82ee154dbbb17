export type PanelKind = 'stat' | 'timeseries' | 'barlist' | 'heatmap' | 'table';

/** A dashboard's panel: `width` in 24ths of the page, `height` in rows of 32 pixels. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly kind: PanelKind;
  readonly unit: string;
  readonly description?: string;
  readonly width: number;
  readonly height: number;
}

export interface Dashboard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What of the page's own selection its panels follow: `namespace`, `workload`, `node`. */
  readonly variables: readonly string[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** Points are seconds since 1970 and a value; null is a gap. */
export interface PanelSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number | null])[];
}

export interface PanelTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface PanelData {
  readonly kind: PanelKind;
  readonly unit: string;
  readonly series: readonly PanelSeries[];
  readonly query: string;
  readonly source: 'prometheus' | 'hub';
  /** Of a table of the flow logs, in the place of series. */
  readonly table?: PanelTable;
  readonly empty?: string;
}

/** The newest value of a series that is not a gap. */
export function lastValue(series: PanelSeries): number | null {
  return series.points.findLast(([, value]) => value !== null)?.[1] ?? null;
}

/** A title with the selection in the place of its variables: "Requests in $namespace" is about pets. */
export function titled(title: string, chosen: Readonly<Record<string, string>>): string {
  return title.replace(/\$(\w+)/g, (whole, name: string) => (name in chosen ? chosen[name] || `all ${name}s` : whole));
}

/** A row for each set of labels and a column for each name, as a table shows the answers of several queries. */
export function tabled(series: readonly PanelSeries[]): { labels: string[]; names: string[]; rows: { labels: Readonly<Record<string, string>>; values: (number | null)[] }[] } {
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.labels)))];
  const names = [...new Set(series.map((each) => each.name))];
  const rows = new Map<string, { labels: Readonly<Record<string, string>>; values: (number | null)[] }>();
  for (const each of series) {
    const key = labels.map((label) => each.labels[label] ?? '').join('\u0001');
    const row = rows.get(key) ?? { labels: each.labels, values: names.map(() => null) };
    row.values[names.indexOf(each.name)] = lastValue(each);
    rows.set(key, row);
  }
  return { labels, names, rows: [...rows.values()].sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0)) };
}

/** Series brought onto one time axis, as a chart takes them; a series without a point at a time has a gap there. */
export function aligned(series: readonly PanelSeries[]): { times: number[]; values: (number | null)[][] } {
  const times = [...new Set(series.flatMap((each) => each.points.map(([at]) => at)))].sort((a, b) => a - b);
  return {
    times,
    values: series.map((each) => {
      const byTime = new Map(each.points);
      return times.map((at) => byTime.get(at) ?? null);
    }),
  };
}

/** A step for the range that gives a panel about 240 points, never under 15 seconds. */
export function stepSeconds(from: number, to: number): number {
  const wanted = (to - from) / 1000 / 240;
  return [15, 30, 60, 120, 300, 600, 1800, 3600].find((step) => step >= wanted) ?? 3600;
}

/** KQL opens in Logs; PromQL is for a Prometheus. */
export function isKql(query: string): boolean {
  return /^\s*(?:let\b|RetinaNetworkFlowLogs|ContainerNetworkLogs|AzureDiagnostics)/.test(query) || /\n\s*\|\s/.test(query);
}
