import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import type * as common from '@grafana/grafana-foundation-sdk/common';

/** The variable `datasource` chooses which one of its kind. */
const of = (type: string): { readonly type: string; readonly reference: common.DataSourceRef } => ({ type, reference: { type, uid: '${datasource}' } });

export const sources = { metrics: of('prometheus'), logs: of('grafana-azure-data-explorer-datasource') } as const;

/** The hub's one database. */
export const database = 'weir';

/** A query of the Azure Data Explorer data source, which is a plugin and has no types in the SDK. Names: its own `KustoQuery`. */
export interface KustoQuery extends cog.Dataquery {
  refId: string;
  datasource: common.DataSourceRef;
  queryType: 'KQL';
  querySource: 'raw';
  rawMode: true;
  database: string;
  clusterUri: '';
  query: string;
  resultFormat: 'table' | 'time_series' | 'logs';
  pluginVersion: string;
  expression: Record<'where' | 'groupBy' | 'reduce', { type: 'and'; expressions: [] }>;
}

/** The version of the plugin whose queries these are. */
const pluginVersion = '7.2.8';

export function kustoQuery(refId: string, query: string, resultFormat: KustoQuery['resultFormat']): cog.Builder<KustoQuery> {
  const none = (): { type: 'and'; expressions: [] } => ({ type: 'and', expressions: [] });
  return {
    build: () => ({
      refId, datasource: sources.logs.reference, queryType: 'KQL', querySource: 'raw', rawMode: true, database, clusterUri: '', query, resultFormat, pluginVersion,
      expression: { where: none(), groupBy: none(), reduce: none() }, _implementsDataqueryVariant: () => undefined,
    }),
  };
}
