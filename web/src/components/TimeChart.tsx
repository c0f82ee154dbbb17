import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './timeChart.css';
import { seriesToken } from './chartColours';

/** A line of a chart; `values` match the chart's times one by one. */
export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A colour token of the style sheet; left out, the next one of the palette. */
  readonly token?: string;
  readonly dash?: readonly number[];
}

export interface ChartMark {
  readonly time: number;
  readonly label: string;
}

interface TimeChartProps {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly height: number;
  readonly theme: string;
  readonly label: string;
  readonly format: (value: number | null) => string;
  /** The shorter form for the axis; left out, `format`. */
  readonly axis?: (value: number | null) => string;
  readonly stacked?: boolean;
  readonly bars?: boolean;
  readonly marks?: readonly ChartMark[];
  /** Charts with the same key share their cursor. */
  readonly sync?: string;
  /** The span of the axis in seconds since 1970; left out, the span of the data. */
  readonly span?: readonly [number, number];
  readonly onBrush?: (fromSeconds: number, toSeconds: number) => void;
}

/** Lines over time with a legend that shows the values under the cursor. Dragging chooses a span. */
export function TimeChart(props: TimeChartProps) {
  const { times, series, height, theme, label, stacked = false, bars = false, marks } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const shape = JSON.stringify([series.map((each) => [each.name, each.token, each.dash]), height, theme, stacked, bars, props.sync, marks]);
  const data = useMemo(() => dataOf(times, series, stacked), [times, series, stacked]);
  const dataNow = useRef(data);
  useEffect(() => {
    dataNow.current = data;
    chart.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(latest.current, element.clientWidth, () => latest.current.span), dataNow.current, element);
    chart.current = made;
    element.querySelector('.u-legend')?.setAttribute('tabindex', '0'); // it scrolls when there are many lines
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: latest.current.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [shape]);

  return <div ref={box} className="chart" role="img" aria-label={`${label}: ${series.length} ${series.length === 1 ? 'line' : 'lines'}${series.length > 0 ? `, ${series.slice(0, 8).map((each) => each.name).join(', ')}` : ''}`} />;
}

function dataOf(times: readonly number[], series: readonly ChartSeries[], stacked: boolean): uPlot.AlignedData {
  if (!stacked) return [[...times], ...series.map((each) => [...each.values])];
  const sums = times.map(() => 0);
  return [[...times], ...series.map((each) => each.values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))))];
}

function optionsOf({ series, height, format, axis, stacked = false, bars = false, marks = [], sync, onBrush }: TimeChartProps, width: number, span: () => TimeChartProps['span']): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const font = `11px ${token('font')}`;
  const grid = { stroke: token('line'), width: 1 };
  const bar = uPlot.paths.bars?.({ size: [0.8, 40] });
  return {
    width, height, padding: [8, 8, 0, 0],
    cursor: {
      drag: { x: true, y: false, setScale: false }, points: { size: 6 }, ...(sync === undefined ? {} : { sync: { key: sync, setSeries: false } }),
    },
    legend: { live: true },
    scales: { x: { time: true, range: (_chart, low, high) => [span()?.[0] ?? low, span()?.[1] ?? high] }, y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    axes: [
      { stroke: token('text-3'), grid: { show: false }, ticks: { ...grid, size: 4 }, font, size: 26, space: 70, values: (_chart, splits, _axis, _space, step) => splits.map((at) => axisTime(at, step)) },
      { stroke: token('text-3'), grid, ticks: { show: false }, font, size: 64, values: (_chart, splits) => splits.map((value) => (axis ?? format)(value)) },
    ],
    series: [
      { value: (_chart, seconds) => (!Number.isFinite(seconds) ? '' : new Date(seconds * 1000).toLocaleTimeString('en-GB')) },
      ...series.map((each, index): uPlot.Series => {
        const colour = token(each.token ?? seriesToken(each.name, index));
        return {
          label: each.name, stroke: colour, width: 1.4, spanGaps: false, points: { show: false },
          ...(each.dash === undefined ? {} : { dash: [...each.dash] }),
          ...(stacked || bars ? { fill: `${colour}40` } : {}), ...(bars && bar !== undefined ? { paths: bar } : {}),
          value: (_chart, value, _series, at) => (at === null ? '' : format(stacked ? (each.values[at] ?? null) : value)),
        };
      }),
    ],
    hooks: {
      setSelect: [(chart) => {
        const { left, width: wide } = chart.select;
        if (wide > 4 && onBrush !== undefined) onBrush(chart.posToVal(left, 'x'), chart.posToVal(left + wide, 'x'));
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
      draw: [(chart) => drawMarks(chart, marks, token('accent'))],
    },
  };
}

/** A time under the axis: as exact as the step between two of them. */
function axisTime(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  if (step >= 86_400) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return at.toLocaleTimeString('en-GB', step >= 60 ? { hour: '2-digit', minute: '2-digit' } : {});
}

/** A thin line with a flag at the time of each mark, such as a change of a policy. */
function drawMarks(chart: uPlot, marks: readonly ChartMark[], colour: string): void {
  const { ctx: context, bbox } = chart;
  context.save();
  context.fillStyle = colour;
  for (const mark of marks) {
    const x = Math.round(chart.valToPos(mark.time, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    context.fillRect(x, bbox.top, window.devicePixelRatio, bbox.height);
    context.beginPath();
    context.moveTo(x - 5, bbox.top);
    context.lineTo(x + 5, bbox.top);
    context.lineTo(x, bbox.top + 7);
    context.fill();
  }
  context.restore();
}
