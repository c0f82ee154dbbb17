import { Suspense, useCallback, useMemo, useState } from 'react';
import { FailureNotice, Skeleton } from '../components/Notice';
import { PickContext } from '../components/Value';
import type { Wanted } from '../domain/filter';
import { withTerm } from '../domain/filter';
import { useHub } from '../state/hub';
import { useKeys } from '../state/keys';
import { change, currentView, goTo, useView } from '../state/view';
import { CoveragePanel } from './CoveragePanel';
import { Guard } from './Guard';
import { KeysPanel } from './KeysPanel';
import { pageEntries } from './pages';
import { Rail } from './Rail';
import { TopBar } from './TopBar';

type Aside = 'keys' | 'coverage' | null;

/** The frame around every page: rail, top bar, and the panels that belong to no page. */
export function Shell() {
  const view = useView();
  const hub = useHub();
  const [aside, setAside] = useState<Aside>(null);
  const [focusFilter, setFocusFilter] = useState(0);
  const pick = useCallback((wanted: Wanted, excluded: boolean) => {
    change({ filter: withTerm(currentView().filter, wanted, excluded) });
  }, []);

  const keys = useMemo(() => ({
    ...Object.fromEntries(pageEntries.map((entry) => [entry.key, () => goTo(entry.page)])),
    '/': () => setFocusFilter((n) => n + 1),
    '?': () => setAside((open) => (open === 'keys' ? null : 'keys')),
    Escape: () => {
      if (aside === null) return false;
      setAside(null);
      return true;
    },
  }), [aside]);
  useKeys(keys);

  const entry = pageEntries.find((each) => each.page === view.page);
  const Page = entry?.component;
  return (
    <PickContext value={pick}>
      <a className="skip" href="#page">Skip to the page</a>
      <div className="shell">
        <Rail onKeys={() => setAside(aside === 'keys' ? null : 'keys')} />
        <TopBar focusFilter={focusFilter} onCoverage={() => setAside(aside === 'coverage' ? null : 'coverage')} />
        <div className="stage">
          <main id="page" className="page" tabIndex={-1}>
            <h1 className="unseen">{entry?.label}</h1>
            {hub.value === null && hub.failure !== null && hub.failure.status !== 401
              ? <FailureNotice what="The hub cannot be reached" failure={hub.failure} again={hub.again} />
              : Page !== undefined && (
                <Guard key={view.page}>
                  <Suspense fallback={<Skeleton lines={8} label={`Loading ${entry?.label ?? ''}`} />}><Page /></Suspense>
                </Guard>
              )}
          </main>
          {aside === 'keys' && <KeysPanel onClose={() => setAside(null)} />}
          {aside === 'coverage' && hub.value !== null && <CoveragePanel state={hub.value} onClose={() => setAside(null)} />}
        </div>
      </div>
    </PickContext>
  );
}
