import { Bars } from '../../components/Bars';
import { lineStyles, seriesToken } from '../../components/chartColours';
import { TimeChart } from '../../components/TimeChart';
import { compact } from '../../domain/format';
import type { ResultChart } from '../../domain/resultChart';
import { brushed } from '../../domain/timeRange';
import { useResolvedTheme } from '../../state/theme';
import { change } from '../../state/view';

export default function ResultChartView({ chart, title }: { readonly chart: ResultChart; readonly title: string }) {
  const theme = useResolvedTheme();
  if (chart.kind === 'bars') {
    return (
      <div className="result-chart" tabIndex={0} role="group" aria-label="Chart">
        {chart.series.map((series, index) => (
          <figure key={series.name}>
            <figcaption><h3>{series.name}</h3></figcaption>
            <Bars label={series.name} token={seriesToken(series.name, index)} format={(value) => (value === null ? '–' : compact(value))}
              items={chart.names.map((name, at) => ({ name, value: series.values[at] ?? null }))} />
          </figure>
        ))}
      </div>
    );
  }
  const styles = lineStyles(chart.series.map((series) => series.name));
  const lines = chart.series.map((series, index) => ({ ...series, ...styles[index] }));
  return (
    <div className="result-chart" tabIndex={0} role="group" aria-label="Chart">
      {title !== '' && <h3>{title}</h3>}
      <TimeChart times={chart.times} series={lines} height={300} theme={theme} label={title === '' ? 'Result over time' : title} stacked={chart.stacked} bars={chart.bars}
        format={(value) => (value === null ? '–' : compact(value))} onBrush={(from, to) => change({ time: brushed(from * 1000, to * 1000) })} />
    </div>
  );
}
