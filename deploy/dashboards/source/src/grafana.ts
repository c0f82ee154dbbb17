import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import { drawn } from './grafanaPanels.js';
import { variable } from './grafanaVariables.js';
import type { Dashboard } from './model.js';
import { sources } from './sources.js';

const tag = 'weir';

/** The dashboard as Grafana imports it. Panels are laid out from left to right; a row begins a new line. */
export function toGrafana(dashboard: Dashboard): grafana.Dashboard {
  const source = sources[dashboard.source];
  const builder = new grafana.DashboardBuilder(`Kubernetes / Networking / ${dashboard.title}`)
    .uid(`weir-${dashboard.id}`)
    .description(dashboard.description)
    .tags([tag, 'kubernetes', 'networking'])
    .editable()
    .timezone('browser')
    .time({ from: 'now-30m', to: 'now' })
    .refresh('30s')
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .annotations([])
    .link(new grafana.DashboardLinkBuilder('Networking').type(grafana.DashboardLinkType.Dashboards).tags([tag]).asDropdown(true).includeVars(true).keepTime(true))
    .withVariable(new grafana.DatasourceVariableBuilder('datasource').label('Data Source').type(source.type));
  for (const each of dashboard.variables) builder.withVariable(variable(each));
  let id = 0;
  for (const row of dashboard.rows) {
    builder.withRow(new grafana.RowBuilder(row.title).id(++id));
    for (const panel of row.panels) {
      const at = { h: panel.height, w: panel.width, x: 0, y: 0 };
      builder.withPanel(placed(drawn(panel, dashboard.flows ?? ''), ++id, at, source.reference));
    }
  }
  return builder.build();
}

const placed = (built: grafana.Panel, id: number, gridPos: grafana.GridPos, datasource: common.DataSourceRef): cog.Builder<grafana.Panel> =>
  ({ build: () => ({ ...built, id, gridPos, datasource }) });
