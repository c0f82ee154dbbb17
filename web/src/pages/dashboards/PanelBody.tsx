import { useMemo } from 'react';
import { Bars } from '../../components/Bars';
import { lineStyles } from '../../components/chartColours';
import { HeatMap } from '../../components/HeatMap';
import { Sparkline } from '../../components/Sparkline';
import type { ChartMark } from '../../components/TimeChart';
import { TimeChart } from '../../components/TimeChart';
import type { Panel, PanelData, PanelTable } from '../../domain/dashboard';
import { aligned, lastValue, tabled } from '../../domain/dashboard';
import { clockTime, utc } from '../../domain/clock';
import { atAxis, inUnit } from '../../domain/format';
import { brushed } from '../../domain/timeRange';
import { useResolvedTheme } from '../../state/theme';
import { change } from '../../state/view';

interface PanelBodyProps {
  readonly panel: Panel;
  readonly data: PanelData;
  /** Pixels below the title. */
  readonly height: number;
  readonly marks: readonly ChartMark[];
  /** What was asked for, in seconds since 1970. */
  readonly span: readonly [number, number];
}

/** What a panel draws of its series. An empty panel says why it is empty. */
export function PanelBody({ panel, data, height, marks, span }: PanelBodyProps) {
  const theme = useResolvedTheme();
  const unit = data.unit === '' ? panel.unit : data.unit;
  const format = (value: number | null) => inUnit(value, unit);
  const lines = useMemo(() => {
    const { times, values } = aligned(data.series);
    const styles = lineStyles(data.series.map((series) => series.name));
    return { times, values, series: data.series.map((series, index) => ({ name: series.name, values: values[index] ?? [], ...styles[index] })) };
  }, [data]);
  if (data.table !== undefined && data.table.rows.length > 0) return <LogTable table={data.table} height={height} label={panel.title} unit={unit} />;
  const hasPoints = data.series.some((series) => series.points.some(([, value]) => value !== null));
  if (!hasPoints) return <p className="panel-note muted">{data.empty ?? 'Nothing was measured in this range.'}</p>;

  switch (data.kind) {
    case 'stat':
      return (
        <div className="stats-panel">
          {data.series.slice(0, 4).map((series) => (
            <div key={series.name} className="stat">
              <span className="stat-value">{format(lastValue(series))}</span>
              {data.series.length > 1 && <span className="muted cut">{series.name}</span>}
              {series.points.length > 2 && <Sparkline values={series.points.map(([, value]) => value ?? 0)} width={150} height={Math.max(Math.min(height - 56, 40), 16)} label={`${panel.title} over the range`} />}
            </div>
          ))}
        </div>
      );
    case 'barlist':
      return <div className="panel-scroll" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={panel.title}><Bars label={panel.title} format={format} items={[...data.series].map((series) => ({ name: series.name, value: lastValue(series) })).sort((a, b) => (b.value ?? 0) - (a.value ?? 0))} /></div>;
    case 'heatmap':
      return <div className="panel-scroll" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={panel.title}><HeatMap names={data.series.map((series) => series.name)} times={lines.times} values={lines.values} theme={theme} label={panel.title} format={format} /></div>;
    case 'table':
      return <SeriesTable data={data} format={format} height={height} />;
    case 'timeseries':
      return (
        <TimeChart times={lines.times} series={lines.series} height={Math.max(height - 42, 90)} theme={theme} label={panel.title} format={format} axis={(value) => atAxis(value, unit)} marks={marks} span={span} sync="dashboards"
          stacked={/^stacked/i.test(panel.title)} onBrush={(from, to) => change({ time: brushed(from * 1000, to * 1000) })} />
      );
  }
}

function SeriesTable({ data, format, height }: { readonly data: PanelData; readonly format: (value: number | null) => string; readonly height: number }) {
  const { labels, names, rows } = tabled(data.series);
  return (
    <div className="panel-scroll" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead><tr>{labels.map((label) => <th key={label}>{label}</th>)}{names.map((name) => <th key={name} className="number">{name}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => (
          <tr key={index}>{labels.map((label) => <td key={label}>{row.labels[label] ?? ''}</td>)}{row.values.map((value, at) => <td key={names[at]} className="number">{format(value)}</td>)}</tr>
        ))}</tbody>
      </table>
    </div>
  );
}

const isNumber = (type: string) => type === 'long' || type === 'int' || type === 'real';

/** Rows of the flow logs as they are, times as people read them. */
function LogTable({ table, height, label, unit }: { readonly table: PanelTable; readonly height: number; readonly label: string; readonly unit: string }) {
  const shown = (value: unknown, type: string) => {
    if (value === null || value === undefined) return '';
    if (type === 'datetime' && typeof value === 'string') return <time dateTime={value} title={utc(value)}>{clockTime(value)}</time>;
    if (isNumber(type)) return inUnit(Number(value), unit);
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <div className="panel-scroll" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={`${label}, table`}>
      <table className="panel-log">
        <thead><tr>{table.columns.map((column) => <th key={column.name} className={isNumber(column.type) ? 'number' : undefined}>{column.name}</th>)}</tr></thead>
        <tbody>{table.rows.map((row, index) => (
          <tr key={index}>{table.columns.map((column, at) => <td key={column.name} className={isNumber(column.type) ? 'number' : undefined}>{shown(row[at], column.type)}</td>)}</tr>
        ))}</tbody>
      </table>
    </div>
  );
}
