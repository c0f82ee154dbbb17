/** Plain rounding to three figures with a thin step of prefixes: 1.2 k, 34.5 M. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${figures(value / 1e9)} G`;
  if (size >= 1e6) return `${figures(value / 1e6)} M`;
  if (size >= 1e3) return `${figures(value / 1e3)} k`;
  return figures(value);
}

function figures(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return trim(value.toFixed(1));
  if (size >= 0.1) return trim(value.toFixed(2).slice(0, size >= 1 ? -1 : undefined));
  return size >= 0.001 ? trim(value.toFixed(3)) : value.toExponential(0);
}

const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** A rate of something a second: `1.2 k/s`, `0.4/s`. */
export function perSecond(value: number): string {
  const text = compact(value);
  return `${text}/s`;
}

/** Bytes with decimal prefixes: `414 kB`. */
export function bytes(value: number): string {
  const text = compact(value);
  return /[a-zA-Z]$/.test(text) ? `${text}B` : `${text} B`;
}

/** Milliseconds as people say them: `0.8 ms`, `124 ms`, `3.2 s`. */
export function milliseconds(value: number): string {
  return value >= 1000 ? `${figures(value / 1000)} s` : `${figures(value)} ms`;
}

/** A share as per cent. Something that is missing never rounds up to 100 %, nor something that is there down to 0 %. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99.9 && value < 100) return '> 99.9 %';
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${trim(value.toFixed(1))} %`;
}

export function count(value: number): string {
  return value < 10_000 ? value.toLocaleString('en') : compact(value);
}

/** A number as it stands at an axis, where there is no room for a long unit: `60/s` for 60 flows/s. */
export function atAxis(value: number | null, unit: string): string {
  if (value === null) return '';
  if (/^[a-z]+\/s$/i.test(unit) && !/^b(ytes)?\/s$/i.test(unit)) return perSecond(value);
  return /^[a-z]{4,}$/i.test(unit) && !['bytes', 'percent', 'share', 'seconds'].includes(unit) ? compact(value) : inUnit(value, unit);
}

/** A number in the unit that a panel or a column states. */
export function inUnit(value: number | null, unit: string): string {
  if (value === null) return '–';
  switch (unit) {
    case 'bytes': case 'B': return bytes(value);
    case 'bytes/s': case 'B/s': case 'Bps': return `${bytes(value)}/s`;
    case 'ms': return milliseconds(value);
    case 's': case 'seconds': return milliseconds(value * 1000);
    case 'percent': case '%': return percent(value / 100);
    case 'share': case 'percentunit': return percent(value);
    case '': case 'short': case 'none': return compact(value);
    default: return unit.startsWith('/') || unit.endsWith('/s') ? `${compact(value)}${unit.startsWith('/') ? '' : ' '}${unit}` : `${compact(value)} ${unit}`;
  }
}
