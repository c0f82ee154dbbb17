import { flowDetail, flows } from '../../api/hub';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { Section } from '../../components/SidePanel';
import type { MapEdge, MapNode } from '../../domain/map';
import { scopeParameters } from '../../domain/view';
import { useAsk } from '../../state/ask';
import { goTo, useView } from '../../state/view';
import { Deciding } from '../Deciding';
import { edgeFilter } from './edgeFilter';

/** Why an edge is as it is: the newest of its flows, explained. */
export function EdgeDeciding({ edge, from, to }: { readonly edge: MapEdge; readonly from: MapNode; readonly to: MapNode }) {
  const view = useView();
  const filter = edgeFilter(edge, from, to, view.filter);
  const detail = useAsk(`${filter} ${JSON.stringify([view.namespaces, view.time])}`, async (signal) => {
    const scope = scopeParameters({ ...view, filter, system: true }, Date.now());
    const newest = (await flows(scope, 1, signal)).flows[0];
    return newest === undefined ? null : flowDetail(newest.id, newest.time, signal);
  });
  if (detail.value === null) {
    if (detail.failure !== null) return <FailureNotice what="The deciding rule cannot be shown" failure={detail.failure} again={detail.again} />;
    return detail.loading
      ? <Skeleton lines={6} label="Looking for the deciding rule" />
      : <p className="section muted">No single flow of this connection is kept, so no rule can be shown. Ask in Logs.</p>;
  }
  const { flow, sentence, rule, nearest } = detail.value;
  return (
    <>
      <Section title="Newest flow" actions={<button type="button" className="button small" onClick={() => goTo('flows', { flow: flow.id, at: flow.time })}>Open flow</button>}>
        <p className="sentence">{sentence}</p>
      </Section>
      <Deciding rule={rule} nearest={nearest} dropped={flow.verdict === 'DROPPED'} />
    </>
  );
}
