import { useEffect, useRef } from 'react';

interface HeatMapProps {
  readonly names: readonly string[];
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly theme: string;
  readonly token?: string;
  readonly label: string;
  readonly format: (value: number | null) => string;
}

const rowHeight = 20;

/** One row for each name, one cell for each time; the stronger the colour the larger the value. The scale stands below. */
export function HeatMap({ names, times, values, theme, token = 'dropped', label, format }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const top = Math.max(0, ...values.flatMap((row) => row.map((value) => value ?? 0)));
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const paint = () => {
      const density = window.devicePixelRatio;
      const width = element.clientWidth;
      element.width = Math.round(width * density);
      element.height = Math.round(names.length * rowHeight * density);
      context.setTransform(density, 0, 0, density, 0, 0);
      const style = getComputedStyle(document.documentElement);
      context.fillStyle = style.getPropertyValue(`--${token}`);
      const cell = width / Math.max(times.length, 1);
      values.forEach((row, index) => row.forEach((value, at) => {
        if (value === null || value <= 0) return;
        context.globalAlpha = 0.12 + 0.88 * Math.sqrt(value / top);
        context.fillRect(at * cell, index * rowHeight + 1, Math.max(cell - 0.5, 0.5), rowHeight - 2);
      }));
    };
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => observer.disconnect();
  }, [names, times, values, theme, token, top]);

  return (
    <figure className="heat" aria-label={label}>
      <div className="heat-rows">
        <ul>{names.map((name, index) => <li key={`${name} ${index}`} className="cut" title={name}>{name}</li>)}</ul>
        <canvas ref={canvas} style={{ height: names.length * rowHeight }} role="img" aria-label={`${label}: ${names.length} rows, up to ${format(top)}`} />
      </div>
      <figcaption className="faint"><span>{clock(times[0])}</span><span className="heat-scale">0 <i style={{ background: `linear-gradient(90deg, transparent, var(--${token}))` }} /> {format(top)}</span><span>{clock(times.at(-1))}</span></figcaption>
    </figure>
  );
}

const clock = (seconds: number | undefined) => (seconds === undefined ? '' : new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }));
