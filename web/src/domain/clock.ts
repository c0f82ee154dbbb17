const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `14:02:31.417` in local time; the hub's seven digits are cut to milliseconds. */
export function clockTime(iso: string): string {
  const at = new Date(iso);
  return `${clock.format(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `29 Nov 14:02:31` in local time. */
export function dayTime(iso: string): string {
  const at = new Date(iso);
  return `${day.format(at)} ${clock.format(at)}`;
}

/** The instant in UTC, for the tooltip of a local time. */
export function utc(iso: string): string {
  return `${new Date(iso).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`, `4 d ago`; a time ahead of `now` (clocks differ) is now. */
export function ago(iso: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(iso)) / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
