import { Bars } from '../../components/Bars';
import { chartColours } from '../../components/chartColours';
import { TimeChart } from '../../components/TimeChart';
import { compact } from '../../domain/format';
import type { ResultChart } from '../../domain/resultChart';
import { brushed } from '../../domain/timeRange';
import { useResolvedTheme } from '../../state/theme';
import { change } from '../../state/view';

/** A verdict keeps its colour as the name of a line. */
const verdictTokens: Readonly<Record<string, string>> = { dropped: 'dropped', forwarded: 'forwarded', allowed: 'forwarded', redirected: 'redirected', audit: 'audit', error: 'error' };

function tokenOf(name: string, index: number): string {
  const word = Object.keys(verdictTokens).find((each) => name.toLowerCase().includes(each));
  return (word === undefined ? undefined : verdictTokens[word]) ?? chartColours[index % chartColours.length] ?? 'accent';
}

/** Two lines of one verdict are told apart by their dashes. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export default function ResultChartView({ chart, title }: { readonly chart: ResultChart; readonly title: string }) {
  const theme = useResolvedTheme();
  if (chart.kind === 'bars') {
    return (
      <div className="result-chart">
        {chart.series.map((series, index) => (
          <figure key={series.name}>
            <figcaption><h3>{series.name}</h3></figcaption>
            <Bars label={series.name} token={tokenOf(series.name, index)} format={(value) => (value === null ? '–' : compact(value))}
              items={chart.names.map((name, at) => ({ name, value: series.values[at] ?? null }))} />
          </figure>
        ))}
      </div>
    );
  }
  const used = new Map<string, number>();
  const lines = chart.series.map((series, index) => {
    const token = tokenOf(series.name, index);
    const before = used.get(token) ?? 0;
    used.set(token, before + 1);
    return { ...series, token, dash: dashes[before % dashes.length] ?? [] };
  });
  return (
    <div className="result-chart">
      {title !== '' && <h3>{title}</h3>}
      <TimeChart times={chart.times} series={lines} height={300} theme={theme} label={title === '' ? 'Result over time' : title} stacked={chart.stacked} bars={chart.bars}
        format={(value) => (value === null ? '–' : compact(value))} onBrush={(from, to) => change({ time: brushed(from * 1000, to * 1000) })} />
    </div>
  );
}
