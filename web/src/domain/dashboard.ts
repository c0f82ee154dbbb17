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
  readonly variables: readonly string[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** Points are seconds since 1970 and a value; null is a gap. */
export interface PanelSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number | null])[];
}

export interface PanelData {
  readonly kind: PanelKind;
  readonly unit: string;
  readonly series: readonly PanelSeries[];
  readonly query: string;
  readonly source: 'prometheus' | 'hub';
  readonly empty?: string;
}

/** The newest value of a series that is not a gap. */
export function lastValue(series: PanelSeries): number | null {
  return series.points.findLast(([, value]) => value !== null)?.[1] ?? null;
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
