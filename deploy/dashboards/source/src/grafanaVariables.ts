import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import type { Variable } from './model.js';
import { kustoQuery, sources } from './sources.js';

const all: grafana.VariableOption = { selected: true, text: ['All'], value: ['$__all'] };

/** What stands for "all" in a query: any text in PromQL, and the word that the Kusto plugin's \`$__contains\` knows. */
const allOf = { metrics: '.*', logs: 'all' } as const;

export function variable(of: Variable): cog.Builder<grafana.VariableModel> {
  switch (of.kind) {
    case 'metrics': {
      const builder = new grafana.QueryVariableBuilder(of.name).label(of.label).datasource(sources.metrics.reference)
        .query({ query: of.query, refId: `variable-${of.name}` }).definition(of.query)
        .refresh(grafana.VariableRefresh.OnTimeRangeChanged).sort(grafana.VariableSort.AlphabeticalAsc).multi(true).includeAll(true).allValue(allOf.metrics).current(all);
      return described(of.regex === undefined ? builder : builder.regex(of.regex), of);
    }
    case 'logs':
      return described(new grafana.QueryVariableBuilder(of.name).label(of.label).datasource(sources.logs.reference)
        .query({ ...kustoQuery(`variable-${of.name}`, of.query, 'table').build() }).definition(of.query)
        .refresh(grafana.VariableRefresh.OnTimeRangeChanged).multi(true).includeAll(true).allValue(allOf.logs).current(all), of);
    case 'choice': {
      const options = of.values.map((value) => ({ selected: of.chosen?.includes(value) ?? false, text: value, value }));
      const builder = new grafana.CustomVariableBuilder(of.name).label(of.label).values(of.values.join(',')).options(options);
      if (of.isSingle === true) return described(builder.current(options.find((option) => option.selected) ?? { text: '', value: '' }), of);
      return described(builder.multi(true).includeAll(true).allValue(allOf.logs).current(all), of);
    }
    case 'text':
      return described(new grafana.TextBoxVariableBuilder(of.name).label(of.label).defaultValue('').current({ text: '', value: '' }), of);
  }
}

function described<T extends { description(text: string): T }>(builder: T, of: Variable): T {
  return of.description === undefined ? builder : builder.description(of.description);
}
