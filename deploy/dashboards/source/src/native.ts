import { nativeFlows } from './boards/flowLogs.js';
import type { Dashboard, Kind, Panel } from './model.js';

/** How the web UI draws what Grafana draws in a way of its own. */
const kinds: Readonly<Record<Kind, string>> = { stat: 'stat', timeseries: 'timeseries', stacked: 'timeseries', barlist: 'barlist', heatmap: 'heatmap', table: 'table', logs: 'table', pie: 'barlist', graph: 'table' };

/** The dashboards as the hub reads them, for the panels that the web UI draws. */
export function toNative(dashboards: readonly Dashboard[]): unknown {
  return dashboards.map((dashboard) => ({
    id: dashboard.id, title: dashboard.title, description: dashboard.description, variables: dashboard.follows,
    rows: dashboard.rows.map((row) => ({ title: row.title, panels: row.panels.map((panel) => native(panel, nativeFlows[dashboard.id] ?? '')) })),
  }));
}

function native(panel: Panel, flows: string): unknown {
  const { id, title, description, unit, width, height } = panel;
  const asks = panel.source === 'logs'
    ? { queries: [], kql: (panel.native ?? panel.queries[0]?.text)?.(flows) }
    : { queries: panel.queries.filter((query) => query.isShare !== true).map(({ expr, legend }) => ({ expr, legend })) };
  return { id, title, kind: kinds[panel.kind], unit, width, height, description, ...asks };
}
