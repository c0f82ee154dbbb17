import { Icon } from '../../components/Icon';
import type { StreamState } from '../../api/stream';
import type { MapData } from '../../domain/map';
import { change, changeDetail, useView } from '../../state/view';

interface MapToolbarProps {
  readonly data: MapData;
  readonly folded: string;
  readonly search: string;
  readonly stream: StreamState | null;
  readonly onSearch: (text: string) => void;
  readonly onFind: () => void;
  readonly onTidy: () => void;
}

/** Grouping, search, what is hidden, and how many connections are denied. */
export function MapToolbar({ data, folded, search, stream, onSearch, onFind, onTidy }: MapToolbarProps) {
  const view = useView();
  const denied = data.edges.filter((edge) => edge.verdict === 'dropped').length;
  return (
    <div className="toolbar">
      <input className="field map-search" type="search" placeholder="Find a workload" aria-label="Find a workload on the map" value={search}
        onChange={(event) => onSearch(event.target.value.trim())} onKeyDown={(event) => {
          if (event.key === 'Enter') onFind();
        }} />
      <div className="row" role="group" aria-label="Group by">
        <button type="button" className="button small" aria-pressed={folded === ''} onClick={() => changeDetail({ fold: '', sel: '' })}>Workloads</button>
        <button type="button" className="button small" aria-pressed={folded === '*'} onClick={() => changeDetail({ fold: '*', sel: '' })}>Namespaces</button>
      </div>
      <button type="button" className="button small" aria-pressed={view.system} onClick={() => change({ system: !view.system })}
        title="DNS to kube-dns, the nodes themselves, kube-system. What is dropped is shown all the same.">
        {view.system ? 'System shown' : `System hidden${data.hiddenSystem > 0 ? ` (${data.hiddenSystem})` : ''}`}
      </button>
      <button type="button" className="button small" aria-pressed={view.detail['expand'] === 'world'} title="A card for each DNS name, or network where no name is known" onClick={() => changeDetail({ expand: view.detail['expand'] === 'world' ? '' : 'world' })}>Split world</button>
      <button type="button" className="button small" aria-pressed={view.detail['open'] === '*'} onClick={() => changeDetail({ open: view.detail['open'] === '*' ? '' : '*' })}
        title="Open every card that was asked something: requests by method and path, lookups by name">Endpoints</button>
      <button type="button" className="button small" onClick={onTidy} title="Lay the map out anew. Until then every card stays where it is."><Icon name="fit" size={12} /> Tidy up</button>
      <span className="grow" />
      {data.partial === true && <span className="tone-audit" title="Choose fewer namespaces or a shorter range">! More than could be counted; rates are too low</span>}
      {stream?.kind === 'broken' && <span className="tone-error" role="status">! {stream.message} Trying again.</span>}
      <button type="button" className={`button small ${denied > 0 ? 'map-denied' : ''}`} aria-pressed={view.detail['sel'] === 'list'} onClick={() => changeDetail({ sel: view.detail['sel'] === 'list' ? '' : 'list' })}>
        {denied > 0 ? `✕ ${denied} denied` : 'Connections'}
      </button>
    </div>
  );
}
