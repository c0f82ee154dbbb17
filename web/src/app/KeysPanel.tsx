import { SidePanel } from '../components/SidePanel';
import { pageEntries } from './pages';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'edit the filter'],
  ['Escape', 'close the panel, leave the filter'],
  ['↑ ↓', 'walk rows; an open panel follows'],
  ['Enter', 'open the row'],
  ['Alt-click', 'exclude a value instead of adding it'],
  ['Ctrl-Enter', 'run the query (Logs)'],
  ['+ − 0', 'zoom in, out, fit (Map)'],
  ['?', 'this list'],
];

export function KeysPanel({ onClose }: { readonly onClose: () => void }) {
  const all = [...pageEntries.map((entry) => [entry.key, `go to ${entry.label}`] as const), ...keys];
  return (
    <SidePanel title="Keys" label="Keys" onClose={onClose}>
      <dl className="keys">
        {all.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}
      </dl>
    </SidePanel>
  );
}
