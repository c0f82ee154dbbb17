import { ago, clockTime, dayTime, utc } from '../domain/clock';

interface WhenProps {
  readonly time: string;
  /** The hub's clock in milliseconds; when given, the relative time stands beside the local one. */
  readonly now?: number;
  readonly withDay?: boolean;
}

/** A time: local, UTC on hover, relative beside it. */
export function When({ time, now, withDay = false }: WhenProps) {
  return (
    <time dateTime={time} title={utc(time)}>
      {withDay ? dayTime(time) : clockTime(time)}
      {now !== undefined && <span className="faint"> · {ago(time, now)}</span>}
    </time>
  );
}
