import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph';
import * as piechart from '@grafana/grafana-foundation-sdk/piechart';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as statpanel from '@grafana/grafana-foundation-sdk/stat';
import * as statushistory from '@grafana/grafana-foundation-sdk/statushistory';
import * as tablepanel from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { MetricPanel, Panel, Unit } from './model.js';
import { kustoQuery, sources } from './sources.js';

/** Grafana's own names of units; a text behind the number where it has none. */
const units: Readonly<Record<Unit, string>> = {
  'flows': 'suffix: flows', 'flows/s': 'suffix: flows/s', 'packets/s': 'pps', 'bytes/s': 'Bps', 'requests': 'suffix: requests', 'requests/s': 'reqps', 'answers': 'suffix: answers', 'answers/s': 'suffix: answers/s',
  'connections/s': 'suffix: connections/s', 'events/s': 'suffix: events/s', 'percent': 'percent', 'share': 'percentunit', 'seconds': 's', 'pods': 'suffix: pods', 'nodes': 'suffix: nodes', '': 'short',
};

/** The columns of a heat map: more would be too narrow to see. */
const heatColumns = 80;

/** The panel without its place. */
export function drawn(panel: Panel, flows: string): grafana.Panel {
  const builder = shaped(panel).title(panel.title).description(panel.description).unit(units[panel.unit]);
  for (const target of targets(panel, flows)) builder.withTarget(target);
  return builder.build();
}

function targets(panel: Panel, flows: string): cog.Builder<cog.Dataquery>[] {
  if (panel.source === 'logs') {
    const format = panel.kind === 'timeseries' ? 'time_series' : panel.kind === 'logs' ? 'logs' : 'table';
    return panel.queries.map((query) => kustoQuery(query.name, query.text(flows), format));
  }
  return panel.queries.map((query, index) => {
    const target = new prometheus.DataqueryBuilder().refId(refId(index)).datasource(sources.metrics.reference).editorMode(prometheus.QueryEditorMode.Code)
      .expr(query.expr).legendFormat(query.legend).format(panel.kind === 'table' ? prometheus.PromQueryFormat.Table : prometheus.PromQueryFormat.TimeSeries);
    return panel.isInstant ? target.instant() : target.range();
  });
}

const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

type Shaped = cog.Builder<grafana.Panel> & {
  title(text: string): Shaped; description(text: string): Shaped; unit(unit: string): Shaped; withTarget(target: cog.Builder<cog.Dataquery>): Shaped;
};

function shaped(panel: Panel): Shaped {
  switch (panel.kind) {
    case 'stat': return stat(panel);
    case 'timeseries': return lines(panel, false);
    case 'stacked': return lines(panel, true);
    case 'barlist': return bars(panel);
    case 'heatmap': return heatmap();
    case 'table': return table(panel);
    case 'logs': return new logs.PanelBuilder().showTime(true).wrapLogMessage(true).enableLogDetails(true).sortOrder(common.LogsSortOrder.Descending);
    case 'pie': return new piechart.PanelBuilder().reduceOptions(eachRow(20)).pieType(piechart.PieChartType.Donut)
      .legend(new piechart.PieChartLegendOptionsBuilder().showLegend(true).displayMode(common.LegendDisplayMode.Table).placement(common.LegendPlacement.Right).values([piechart.PieChartLegendValues.Value, piechart.PieChartLegendValues.Percent]));
    case 'graph': return new nodegraph.PanelBuilder();
  }
}

/** Each row of a table is a value, named by its texts. */
const eachRow = (most: number) => new common.ReduceDataOptionsBuilder().values(true).limit(most).calcs(['lastNotNull']).fields('');
const newest = () => new common.ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields('');

const stat = (panel: Panel) => new statpanel.PanelBuilder().reduceOptions(newest()).colorMode(common.BigValueColorMode.None).textMode(common.BigValueTextMode.Auto)
  .graphMode(panel.source === 'metrics' && !panel.isInstant ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None);

const bars = (panel: Panel) => new bargauge.PanelBuilder().reduceOptions(panel.source === 'logs' ? eachRow(10) : newest())
  .displayMode(common.BarGaugeDisplayMode.Basic).orientation(common.VizOrientation.Horizontal).valueMode(common.BarGaugeValueMode.Text).min(0)
  .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.PaletteClassic));

/**
 * A status history rather than Grafana's panel of that name: a row for each pod is what is meant, and an empty answer is said to be
 * empty, where the heat map of buckets fails.
 */
const heatmap = () => new statushistory.PanelBuilder().maxDataPoints(heatColumns).showValue(common.VisibilityMode.Never).rowHeight(0.9)
  .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.ContinuousYlRd)).legend(new common.VizLegendOptionsBuilder().showLegend(false));

function lines(panel: Panel, isStacked: boolean) {
  const builder = new timeseries.PanelBuilder().lineWidth(1).fillOpacity(isStacked ? 40 : 8).showPoints(common.VisibilityMode.Never).spanNulls(false).min(0)
    .stacking(new common.StackingConfigBuilder().mode(isStacked ? common.StackingMode.Normal : common.StackingMode.None))
    .legend(new common.VizLegendOptionsBuilder().showLegend(true).displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending));
  if (panel.source === 'logs') return builder;
  for (const [index, query] of panel.queries.entries()) if (query.isShare === true) {
    builder.overrideByQuery(refId(index), [
      { id: 'unit', value: 'percent' }, { id: 'max', value: 100 }, { id: 'custom.axisPlacement', value: common.AxisPlacement.Right },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } }, { id: 'custom.fillOpacity', value: 0 },
    ]);
  }
  return builder;
}

function table(panel: Panel) {
  const builder = new tablepanel.PanelBuilder().filterable(true);
  return panel.source === 'logs' ? builder : builder.withTransformation({ id: 'merge', options: {} }).withTransformation({ id: 'organize', options: organized(panel) });
}

/** Grafana calls the values of several queries after their letter, and of one query plainly. */
const organized = (panel: MetricPanel) => ({
  excludeByName: { Time: true },
  indexByName: {},
  renameByName: Object.fromEntries(panel.queries.map((query, index) => [panel.queries.length === 1 ? 'Value' : `Value #${refId(index)}`, query.legend])),
});
