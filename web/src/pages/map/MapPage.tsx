import { use, useCallback, useMemo, useRef, useState } from 'react';
import { Icon } from '../../components/Icon';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { PickContext } from '../../components/Value';
import { Legend } from '../../components/VerdictMark';
import { collapse, namespacesOf } from '../../domain/collapse';
import type { MapNode } from '../../domain/map';
import { nodeTerm } from '../../domain/map';
import { useKeys } from '../../state/keys';
import { useMapData } from '../../state/mapFeed';
import { useResolvedTheme } from '../../state/theme';
import { change, changeDetail, currentView, useView } from '../../state/view';
import { TimelineStrip } from '../TimelineStrip';
import { buildScene, emphasisOf } from './buildScene';
import type { Hit } from './hit';
import { MapCanvas } from './MapCanvas';
import type { MapControl } from './MapCanvas';
import { MapPanel } from './MapPanel';
import { MapToolbar } from './MapToolbar';
import { isWholeWorld } from './opener';
import { usePlaces } from './usePlaces';
import './map.css';

/** Who talks to whom: cards by namespace, edges by verdict, live or for any past time. */
export default function MapPage() {
  const view = useView();
  const theme = useResolvedTheme();
  const pick = use(PickContext);
  const control = useRef<MapControl>(null);
  const { data: whole, stream, failure } = useMapData(view);
  const [hovered, setHovered] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [round, setRound] = useState(0);

  const folded = view.detail['fold'] ?? '';
  const data = useMemo(() => {
    if (whole === null) return null;
    return collapse(whole, new Set(folded === '*' ? namespacesOf(whole) : folded.split(',').filter((name) => name !== '')));
  }, [whole, folded]);
  const arrangement = `${view.namespaces.join(',')}|${folded}|${view.detail['expand'] ?? ''}|${view.system ? 's' : ''}`;
  const { places, failure: layoutFailure } = usePlaces(data, arrangement, round);
  const selected = view.detail['sel'] ?? null;
  const opened = view.detail['open'] ?? '';
  const scene = useMemo(() => {
    if (data === null) return null;
    const open = opened === '*' ? data.nodes.map((node) => node.id) : opened.split(',');
    return buildScene(data, places, new Set(open));
  }, [data, places, opened]);
  const emphasis = useMemo(() => (data === null ? null : emphasisOf(data, selected, hovered, search)), [data, selected, hovered, search]);

  const select = useCallback((id: string) => changeDetail({ sel: id }), []);
  const choose = useCallback((hit: Hit | null, how: 'show' | 'exclude') => {
    if (hit === null) select('');
    else if (hit.kind === 'cluster') changeDetail({ fold: [...new Set([...folded.split(','), hit.name])].filter((name) => name !== '').join(',') });
    else if (hit.kind === 'opener') toggle(hit.node, data?.nodes ?? []);
    else if (hit.kind === 'edge') select(hit.edge.id);
    else if (how === 'exclude') pick(nodeTerm(hit.node), true);
    else select(hit.node.id);
  }, [select, pick, folded, data]);
  useKeys({
    Escape: () => selected !== null && (select(''), true),
    '+': () => control.current?.zoom(1.25), '=': () => control.current?.zoom(1.25), '-': () => control.current?.zoom(0.8), '0': () => control.current?.fit(),
  });

  const findFirst = () => {
    const found = data?.nodes.find((node) => `${node.namespace ?? ''}/${node.name}`.includes(search));
    if (found !== undefined && search !== '') control.current?.centre(found.id);
  };

  return (
    <div className="page-split">
      <div className="page-main">
        <TimelineStrip />
        {data !== null && whole !== null && (
          <MapToolbar data={data} folded={folded} search={search} onSearch={setSearch} onFind={findFirst} onTidy={() => setRound((n) => n + 1)} stream={stream} />
        )}
        {failure !== null && data === null && <FailureNotice what="The map cannot be shown" failure={failure} />}
        {layoutFailure !== null && <Notice tone="bad" title="The map cannot be laid out">{layoutFailure} The connections are still listed under Connections.</Notice>}
        {data === null && failure === null && <Skeleton lines={8} label="Loading the map" />}
        {data?.nodes.length === 0 && <EmptyMap />}
        {data !== null && data.nodes.length > 0 && scene !== null && emphasis !== null && (
          <div className="map-stage">
            {places.size === 0 && layoutFailure === null && <Skeleton lines={8} label="Laying out the map" />}
            {places.size > 0 && <MapCanvas scene={scene} emphasis={emphasis} theme={theme} arrangement={arrangement} control={control} onHover={setHovered} onChoose={choose} />}
            <div className="map-foot"><Legend tones={['forwarded', 'dropped', 'error', 'redirected', 'audit']} /></div>
            <div className="map-zoom" role="group" aria-label="Zoom">
              <button type="button" className="button icon" aria-label="Zoom in" title="Zoom in (+)" onClick={() => control.current?.zoom(1.25)}><Icon name="plus" /></button>
              <button type="button" className="button icon" aria-label="Zoom out" title="Zoom out (−)" onClick={() => control.current?.zoom(0.8)}><Icon name="minus" /></button>
              <button type="button" className="button icon" aria-label="Fit the map" title="Fit (0)" onClick={() => control.current?.fit()}><Icon name="fit" /></button>
            </div>
          </div>
        )}
      </div>
      {data !== null && selected !== null && <MapPanel data={data} selected={selected} onSelect={select} />}
    </div>
  );
}

/** Opens a card with its endpoints, or closes it again; the world opens into its names. */
function toggle(node: MapNode, all: readonly MapNode[]): void {
  if (isWholeWorld(node)) {
    changeDetail({ expand: 'world', sel: '' });
    return;
  }
  const now = currentView().detail['open'] ?? '';
  const open = new Set(now === '*' ? all.map(({ id }) => id) : now.split(',').filter((id) => id !== ''));
  if (!open.delete(node.id)) open.add(node.id);
  changeDetail({ open: [...open].join(',') });
}

function EmptyMap() {
  const view = useView();
  const filtered = view.filter !== '' || view.namespaces.length > 0;
  return (
    <Notice title={filtered ? 'Nothing on the map matches' : 'Nothing to draw yet'} action={filtered
      ? <button type="button" className="button" onClick={() => change({ filter: '', namespaces: [] })}>Clear filter and namespaces</button>
      : <button type="button" className="button" onClick={() => change({ system: true })}>Show system traffic</button>}>
      Workloads appear as cards as soon as one of them sends or receives something in the time range of the top bar.
    </Notice>
  );
}
