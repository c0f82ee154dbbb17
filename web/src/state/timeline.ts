import { revisions, timeline } from '../api/hub';
import { spanOf } from '../domain/timeRange';
import type { View } from '../domain/view';
import { scopeParameters } from '../domain/view';
import type { Answer } from './ask';
import { useAsk } from './ask';
import type { Revision, Timeline } from '../domain/hub';

/** What the timeline of a view shows: counts by bin, and the policies' changes in the same span. Follows the clock when the range does. */
export function useTimeline(view: View): { readonly counts: Answer<Timeline>; readonly changes: Answer<Revision[]> } {
  const key = JSON.stringify([view.namespaces, view.time, view.filter, view.system]);
  const every = view.time.kind === 'absolute' ? undefined : view.time.kind === 'live' ? 4000 : 30_000;
  const counts = useAsk(key, (signal) => timeline(scopeParameters(view, Date.now()), 120, signal), every);
  const changes = useAsk(key, (signal) => {
    const { from, to } = spanOf(view.time, Date.now());
    return revisions(new Date(from).toISOString(), new Date(to).toISOString(), signal);
  }, every);
  return { counts, changes };
}
