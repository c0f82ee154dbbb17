import { useState } from 'react';
import { Patch } from '../../components/Patch';
import { When } from '../../components/When';
import { diffText } from '../../domain/lineDiff';
import type { PolicyRevision } from '../../domain/policy';
import { useHub } from '../../state/hub';

/** The policy's history, newest first; each opens what it changed in the text. */
export function Revisions({ revisions, yaml }: { readonly revisions: readonly PolicyRevision[]; readonly yaml: string }) {
  const hub = useHub();
  const [open, setOpen] = useState<string | null>(null);
  const sorted = [...revisions].sort((a, b) => b.time.localeCompare(a.time));
  if (sorted.length === 0) return <p className="muted">No change was seen.</p>;
  return (
    <ol className="revisions">
      {sorted.map((revision, index) => {
        const before = sorted[index + 1]?.yaml ?? '';
        const after = revision.change === 'deleted' ? '' : (revision.yaml ?? (index === 0 ? yaml : ''));
        const isOpen = open === revision.time;
        return (
          <li key={revision.time}>
            <button type="button" className="value" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? null : revision.time)}>
              <b>{revision.change === 'present' ? 'there when the hub first looked' : revision.change}</b> <When time={revision.time} withDay {...(hub.value === null ? {} : { now: Date.parse(hub.value.now) })} />
            </button>
            {revision.verdictChanges !== undefined && revision.verdictChanges > 0 && <div className="tone-error">! {revision.verdictChanges} {revision.verdictChanges === 1 ? 'verdict' : 'verdicts'} changed</div>}
            {isOpen && (before === '' && after === ''
              ? <p className="muted">The text of this revision was not kept.</p>
              : <Patch title={before === '' ? 'As added' : 'What changed'} text={diffText(before, after)} />)}
          </li>
        );
      })}
    </ol>
  );
}
