import { Icon } from '../components/Icon';
import { Menu } from '../components/Menu';
import { percent } from '../domain/format';
import { useHub } from '../state/hub';
import { useSession } from '../state/session';
import type { Theme } from '../state/theme';
import { setTheme, useTheme } from '../state/theme';
import { change, useView } from '../state/view';
import { CopyMenu } from './CopyMenu';
import { FilterBar } from './FilterBar';
import { NamespacePicker } from './NamespacePicker';
import { TimePicker } from './TimePicker';

interface TopBarProps {
  readonly focusFilter: number;
  readonly onCoverage: () => void;
}

/** The question that all pages answer: cluster, namespaces, time, filter; and how much of the truth the answer rests on. */
export function TopBar({ focusFilter, onCoverage }: TopBarProps) {
  const view = useView();
  const hub = useHub();
  return (
    <header className="topbar">
      <span className="cluster" title={hub.value === null ? undefined : `Weir ${hub.value.version}`}>{hub.value?.cluster ?? '…'}</span>
      <NamespacePicker known={hub.value?.namespaces ?? []} chosen={view.namespaces} onChange={(namespaces) => change({ namespaces })} />
      <FilterBar filter={view.filter} namespaces={view.namespaces} focus={focusFilter} onChange={(filter) => change({ filter })} />
      <TimePicker range={view.time} now={hub.value === null ? null : Date.parse(hub.value.now)} earliest={hub.value?.earliest ?? null}
        onChange={(time) => change({ time })} />
      <Coverage onClick={onCoverage} />
      <CopyMenu />
      <Person />
    </header>
  );
}

function Coverage({ onClick }: { readonly onClick: () => void }) {
  const { value } = useHub();
  if (value === null) return <span className="coverage faint">…</span>;
  const blind = value.nodes.filter((node) => node.state !== 'connected').length;
  const whole = value.coverage.share >= 1 && blind === 0;
  return (
    <button type="button" className={`button plain coverage ${whole ? '' : 'coverage-part'}`} onClick={onClick} title="What was lost, and where">
      {!whole && <Icon name="alert" size={14} />}
      {percent(value.coverage.share)} of flows{blind > 0 && `, ${blind} ${blind === 1 ? 'node' : 'nodes'} silent`}
    </button>
  );
}

const themeWords: Record<Theme, string> = { system: 'Theme of the system', dark: 'Dark', light: 'Light' };

function Person() {
  const { known, leave } = useSession();
  const theme = useTheme();
  const role = known.kind === 'in' ? known.session.role : '';
  return (
    <Menu
      trigger={<button type="button" className="button plain icon" aria-label={`Signed in as ${role}; theme and sign-out`} title={`Signed in as ${role}`}><Icon name="user" /></button>}
      items={[
        ...(Object.keys(themeWords) as Theme[]).map((name) => ({
          label: themeWords[name], ...(name === theme ? { detail: '✓' } : {}), onSelect: () => setTheme(name),
        })),
        { label: 'Sign out', detail: role, onSelect: () => void leave() },
      ]}
    />
  );
}
