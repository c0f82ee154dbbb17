import type { Kind, LogPanel, LogQuery, MetricPanel, MetricQuery, Unit } from './model.js';

interface Look {
  readonly unit: Unit;
  readonly description: string;
  readonly width?: number;
  readonly height?: number;
}

const query = (of: string | readonly MetricQuery[], legend: string): readonly MetricQuery[] => (typeof of === 'string' ? [{ expr: of, legend }] : of);

function metrics(kind: Kind, isInstant: boolean, usual: { width: number; height: number }) {
  return (id: string, title: string, of: string | readonly MetricQuery[], look: Look & { readonly legend?: string }): MetricPanel => ({
    source: 'metrics', id, title, kind, isInstant, unit: look.unit, description: look.description, width: look.width ?? usual.width, height: look.height ?? usual.height,
    queries: query(of, look.legend ?? title),
  });
}

function logs(kind: Kind, usual: { width: number; height: number }) {
  return (id: string, title: string, of: LogQuery['text'] | readonly LogQuery[], look: Look): LogPanel => ({
    source: 'logs', id, title, kind, unit: look.unit, description: look.description, width: look.width ?? usual.width, height: look.height ?? usual.height,
    queries: typeof of === 'function' ? [{ name: 'A', text: of }] : of,
  });
}

const half = { width: 12, height: 8 };

/** The newest value, with its way there. */
export const stat = metrics('stat', false, { width: 4, height: 4 });

/** One number over the whole time that is shown. */
export const total = metrics('stat', true, { width: 6, height: 4 });

export const lines = metrics('timeseries', false, half);
export const stacked = metrics('stacked', false, half);
export const bars = metrics('barlist', true, half);

/** Colours instead of heights: a row a series, a cell a moment. */
export const heatmap = metrics('heatmap', false, half);

/** A row for each set of labels, a column for each query. */
export const table = metrics('table', true, { width: 24, height: 8 });

export const logStat = logs('stat', { width: 4, height: 4 });
export const logLines = logs('timeseries', { width: 24, height: 7 });
export const logBars = logs('barlist', half);
export const logPie = logs('pie', { width: 8, height: 9 });
export const logGraph = logs('graph', { width: 24, height: 14 });
export const logRows = logs('logs', { width: 24, height: 12 });
export const logTable = logs('table', half);
