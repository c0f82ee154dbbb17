import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import type * as logs from '@grafana/grafana-foundation-sdk/logs';
import type * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph';
import type * as piechart from '@grafana/grafana-foundation-sdk/piechart';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as statushistory from '@grafana/grafana-foundation-sdk/statushistory';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { KustoQuery } from './sources.js';

/** The SDK's types leave options and fields of a panel open; here each kind of panel has its own. */
type Checked<Type extends string, Options, Fields> = Required<Pick<grafana.Panel, 'id' | 'title' | 'description' | 'gridPos' | 'datasource'>>
  & Pick<grafana.Panel, 'transparent' | 'repeatDirection' | 'maxDataPoints' | 'transformations'> & {
    type: Type;
    targets: (prometheus.Dataquery | KustoQuery)[];
    options: Options;
    fieldConfig: { defaults: Omit<grafana.FieldConfig, 'custom'> & { unit: string; custom?: Fields }; overrides: grafana.FieldConfigSource['overrides'] };
  };

type Panel =
  | Checked<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | Checked<'stat', stat.Options, never>
  | Checked<'bargauge', bargauge.Options, never>
  | Checked<'status-history', statushistory.Options, statushistory.FieldConfig>
  | Checked<'table', table.Options, table.FieldConfig>
  | Checked<'logs', logs.Options, never>
  | Checked<'piechart', piechart.Options, piechart.FieldConfig>
  | Checked<'nodeGraph', nodegraph.Options, never>;

/** Rows are open: their panels follow them. */
type Row = Omit<grafana.RowPanel, 'panels'> & { panels: never[] };

/** A dashboard file as these types have it: what is not in them is refused. */
export type DashboardFile = Omit<grafana.Dashboard, 'panels'> & Required<Pick<grafana.Dashboard, 'uid' | 'title' | 'description'>> & { panels: (Row | Panel)[] };
