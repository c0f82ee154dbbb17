import { useState } from 'react';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { ago } from '../../domain/clock';
import type { GalleryQuery } from '../../domain/query';
import type { Answer } from '../../state/ask';
import { useHub } from '../../state/hub';
import { useQueryHistory } from '../../state/queryHistory';

/** The lab's queries and those that were run here before; a click runs one. */
export function QueryLists({ gallery, onOpen }: { readonly gallery: Answer<GalleryQuery[]>; readonly onOpen: (query: string) => void }) {
  const [shown, setShown] = useState<'gallery' | 'history'>('gallery');
  return (
    <aside className="side" aria-label="Queries">
      <div className="tabs" role="group" aria-label="Queries">
        <button type="button" aria-pressed={shown === 'gallery'} onClick={() => setShown('gallery')}>Gallery</button>
        <button type="button" aria-pressed={shown === 'history'} onClick={() => setShown('history')}>History</button>
      </div>
      <div className="side-body">
        {shown === 'history' ? <History onOpen={onOpen} /> : (
          <>
            {gallery.value === null && gallery.failure !== null && <FailureNotice what="No gallery" failure={gallery.failure} again={gallery.again} />}
            {gallery.value === null && gallery.loading && <Skeleton lines={8} label="Loading the gallery" />}
            <ul>{gallery.value?.map((each) => (
              <li key={each.id}><button type="button" className="side-item" onClick={() => onOpen(each.query)}><b>{each.title}</b><span className="muted">{each.description}</span></button></li>
            ))}</ul>
          </>
        )}
      </div>
    </aside>
  );
}

function History({ onOpen }: { readonly onOpen: (query: string) => void }) {
  const past = useQueryHistory();
  const hub = useHub();
  if (past.length === 0) return <p className="side-note muted">Queries that run in this browser are kept here.</p>;
  return (
    <ul>{past.map((each) => (
      <li key={each.at}><button type="button" className="side-item" onClick={() => onOpen(each.query)}>
        <code className="side-query">{each.query}</code>
        <span className="faint">{each.rows} rows{hub.value !== null && ` · ${ago(each.at, Date.parse(hub.value.now))}`}</span>
      </button></li>
    ))}</ul>
  );
}
