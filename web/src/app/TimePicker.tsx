import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Icon } from '../components/Icon';
import { Pop } from '../components/Pop';
import { ago, dayTime } from '../domain/clock';
import type { TimeRange } from '../domain/timeRange';
import { rangeLabel, rangeNames, spanOf } from '../domain/timeRange';

interface TimePickerProps {
  readonly range: TimeRange;
  /** The hub's clock; null until it is known. */
  readonly now: number | null;
  readonly earliest: string | null;
  readonly onChange: (range: TimeRange) => void;
}

/** Live, the last minutes to days, or a span of local times. */
export function TimePicker({ range, now, earliest, onChange }: TimePickerProps) {
  const [open, setOpen] = useState(false);
  const [opened] = useState(Date.now);
  const clock = now ?? opened;
  const choose = (next: TimeRange) => {
    onChange(next);
    setOpen(false);
  };
  return (
    <div className="row time">
      {range.kind !== 'live' && (
        <button type="button" className="button" onClick={() => choose({ kind: 'live' })} title="Back to live"><Icon name="play" size={12} /> Live</button>
      )}
      <Pop label="Time range" align="end" open={open} onOpenChange={setOpen} trigger={
        <button type="button" className="button" title="Time range">
          {range.kind === 'live' ? <span className="live-dot" aria-hidden="true" /> : <Icon name="clock" size={14} />}
          {rangeLabel(range)}<Icon name="down" size={12} />
        </button>
      }>
        <ul className="choices">
          <Choice label="Live" chosen={range.kind === 'live'} onChoose={() => choose({ kind: 'live' })} />
          {rangeNames.map((name) => (
            <Choice key={name} label={rangeLabel({ kind: 'last', name })} chosen={range.kind === 'last' && range.name === name}
              onChoose={() => choose({ kind: 'last', name })} />
          ))}
        </ul>
        <Absolute key={`${open}`} range={range} now={clock} onChange={choose} />
        {earliest !== null && <p className="faint">The store goes back to {dayTime(earliest)}, {ago(earliest, clock)}.</p>}
      </Pop>
    </div>
  );
}

function Choice({ label, chosen, onChoose }: { readonly label: string; readonly chosen: boolean; readonly onChoose: () => void }) {
  return <li><button type="button" className="menu-item wide" aria-pressed={chosen} onClick={onChoose}>{label}{chosen && <span aria-hidden="true">✓</span>}</button></li>;
}

/** `2026-11-29T14:02:31` in local time, as the browser's field wants it. */
function localField(instant: number): string {
  const shifted = new Date(instant - new Date(instant).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

function Absolute({ range, now, onChange }: { readonly range: TimeRange; readonly now: number; readonly onChange: (range: TimeRange) => void }) {
  const span = spanOf(range, now);
  const [from, setFrom] = useState(localField(span.from));
  const [to, setTo] = useState(localField(span.to));
  const valid = Date.parse(from) < Date.parse(to);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (valid) onChange({ kind: 'absolute', from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  };
  return (
    <form className="absolute" onSubmit={submit}>
      <label>From <input className="field" type="datetime-local" step="1" value={from} onChange={(event) => setFrom(event.target.value)} /></label>
      <label>To <input className="field" type="datetime-local" step="1" value={to} onChange={(event) => setTo(event.target.value)} /></label>
      {!valid && <p className="tone-dropped">The end must be after the start.</p>}
      <button type="submit" className="button" disabled={!valid}>Set range</button>
    </form>
  );
}
