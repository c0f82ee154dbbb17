import { useState } from 'react';
import { Icon } from '../components/Icon';
import { Pop } from '../components/Pop';

interface NamespacePickerProps {
  readonly known: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (namespaces: readonly string[]) => void;
}

/** One namespace, several, or all. */
export function NamespacePicker({ known, chosen, onChange }: NamespacePickerProps) {
  const [search, setSearch] = useState('');
  const label = chosen.length === 0 ? 'All namespaces' : chosen.length <= 2 ? chosen.join(', ') : `${chosen.length} namespaces`;
  const names = [...new Set([...known, ...chosen])].sort().filter((name) => name.includes(search));
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  return (
    <Pop label="Namespaces" trigger={
      <button type="button" className="button namespace" title="Namespaces"><span className="cut">{label}</span><Icon name="down" size={12} /></button>
    }>
      <input className="field wide" placeholder="Search namespaces" aria-label="Search namespaces" value={search} onChange={(event) => setSearch(event.target.value)} />
      <ul className="choices">
        <li><label className="choice"><input type="checkbox" checked={chosen.length === 0} onChange={() => onChange([])} /> All namespaces</label></li>
        {names.map((name) => (
          <li key={name} className="spread">
            <label className="choice grow"><input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} /> {name}</label>
            <button type="button" className="button plain small" onClick={() => onChange([name])} aria-label={`Only ${name}`}>only</button>
          </li>
        ))}
        {names.length === 0 && <li className="muted">No namespace is called that.</li>}
      </ul>
    </Pop>
  );
}
