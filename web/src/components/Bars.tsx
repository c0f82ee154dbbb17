/** Bars of named numbers, the longest first as given, each with its value. */
export function Bars({ items, format, label, token = 'chart-1', onPick }: {
  readonly items: readonly { readonly name: string; readonly value: number | null; readonly token?: string }[];
  readonly format: (value: number | null) => string;
  readonly label: string;
  readonly token?: string;
  readonly onPick?: (name: string) => void;
}) {
  const top = Math.max(1e-9, ...items.map((item) => item.value ?? 0));
  return (
    <ul className="bars" aria-label={label}>
      {items.map((item, index) => (
        <li key={`${item.name} ${index}`}>
          {onPick === undefined
            ? <span className="cut" title={item.name}>{item.name}</span>
            : <button type="button" className="value cut" title={item.name} onClick={() => onPick(item.name)}>{item.name}</button>}
          <span className="bar-track"><span className="bar" style={{ width: `${((item.value ?? 0) / top) * 100}%`, background: `var(--${item.token ?? token})` }} /></span>
          <span className="number">{format(item.value)}</span>
        </li>
      ))}
    </ul>
  );
}
