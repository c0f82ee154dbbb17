/** A small line of the last minutes, with the dropped part below it in red. */
export function Sparkline({ values, drops, width = 96, height = 20, label }: {
  readonly values: readonly number[];
  readonly drops?: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly label: string;
}) {
  const top = Math.max(1e-9, ...values);
  const x = (index: number) => (values.length < 2 ? 0 : (index / (values.length - 1)) * width);
  const y = (value: number) => height - 1 - (value / top) * (height - 3);
  const path = (points: readonly number[]) => points.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} height={height} preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={path(values)} fill="none" stroke="var(--forwarded)" strokeWidth="1.2" />
      {drops?.some((value) => value > 0) === true && (
        <path d={`${path(drops.map((value) => Math.min(value, top)))}L${width} ${height}L0 ${height}Z`} fill="var(--dropped)" opacity="0.8" />
      )}
    </svg>
  );
}
