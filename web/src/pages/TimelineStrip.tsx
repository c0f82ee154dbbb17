import { useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import { dayTime } from '../domain/clock';
import { compact } from '../domain/format';
import type { Revision, Timeline } from '../domain/hub';
import { brushed } from '../domain/timeRange';
import { change, goTo, useView } from '../state/view';
import { useTimeline } from '../state/timeline';

const height = 44;

/** Flows over the time range of the view, dropped ones in red; policies' changes are marked; dragging over it sets the range. */
export function TimelineStrip() {
  const view = useView();
  const { counts, changes } = useTimeline(view);
  if (counts.value === null) return <div className="strip" aria-hidden="true" />;
  return <Strip timeline={counts.value} changes={changes.value ?? []} />;
}

function Strip({ timeline, changes }: { readonly timeline: Timeline; readonly changes: readonly Revision[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [brush, setBrush] = useState<{ a: number; b: number } | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const from = Date.parse(timeline.from);
  const to = Date.parse(timeline.to);
  const top = Math.max(1, ...timeline.points.map(([, forwarded, dropped, error]) => forwarded + dropped + error));
  const share = (event: PointerEvent) => {
    const { left, width } = (box.current ?? event.currentTarget).getBoundingClientRect();
    return Math.min(Math.max((event.clientX - left) / width, 0), 1);
  };
  const place = (instant: number) => ((instant - from) / (to - from)) * 100;
  const wide = (timeline.stepSeconds * 1000 / (to - from)) * 100;

  const onDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setBrush({ a: share(event), b: share(event) });
  };
  const onMove = (event: PointerEvent) => {
    setPointed(share(event));
    if (brush !== null) setBrush({ ...brush, b: share(event) });
  };
  const onUp = () => {
    if (brush !== null && Math.abs(brush.a - brush.b) > 0.005) {
      change({ time: brushed(from + brush.a * (to - from), from + brush.b * (to - from)) });
    }
    setBrush(null);
  };

  const total = timeline.points.reduce((sum, [, forwarded, dropped, error]) => ({ all: sum.all + forwarded + dropped + error, dropped: sum.dropped + dropped }), { all: 0, dropped: 0 });
  const bin = pointed === null ? undefined : timeline.points.findLast(([at]) => at * 1000 <= from + pointed * (to - from));
  const bar = (key: string, at: number, base: number, value: number, color: string) => value > 0 && (
    <rect key={key} x={`${place(at * 1000)}%`} width={`${Math.max(wide - 0.15, 0.1)}%`} y={height - ((base + value) / top) * (height - 12)}
      height={Math.max((value / top) * (height - 12), 1.5)} fill={color} />
  );
  return (
    <div className="strip" ref={box} onPointerDown={onDown} onPointerMove={onMove} onPointerUp={onUp} onPointerLeave={() => setPointed(null)}>
      <svg width="100%" height={height} role="img" aria-label={`${compact(total.all)} flows in this range, ${compact(total.dropped)} of them dropped. Drag to choose a part.`}>
        {timeline.points.map(([at, forwarded, dropped, error]) => [
          bar(`f${at}`, at, dropped + error, forwarded, 'var(--strip)'), bar(`e${at}`, at, dropped, error, 'var(--error)'), bar(`d${at}`, at, 0, dropped, 'var(--dropped)'),
        ])}
        {brush !== null && <rect x={`${Math.min(brush.a, brush.b) * 100}%`} width={`${Math.abs(brush.a - brush.b) * 100}%`} y="0" height={height} fill="var(--accent)" opacity="0.22" />}
      </svg>
      {changes.map((revision) => (
        <button key={`${revision.time}${revision.name}`} type="button" className="strip-change" style={{ left: `${place(Date.parse(revision.time))}%` }}
          aria-label={`${revision.name} ${revision.change}`} title={`${dayTime(revision.time)}: ${revision.kind} ${revision.namespace ?? ''}/${revision.name} ${revision.change}`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => goTo('policies', { policy: `${revision.kind}/${revision.namespace ?? '-'}/${revision.name}` })} />
      ))}
      <span className="strip-note">
        {bin === undefined
          ? `${compact(top / timeline.stepSeconds)}/s at most`
          : `${dayTime(new Date(bin[0] * 1000).toISOString())} · ${compact((bin[1] + bin[2] + bin[3]) / timeline.stepSeconds)}/s${bin[2] > 0 ? ` · ${compact(bin[2])} dropped` : ''}${bin[3] > 0 ? ` · ${compact(bin[3])} errors` : ''}`}
      </span>
    </div>
  );
}
