import { Patch } from '../../components/Patch';
import type { Finding } from '../../domain/policy';

const words: Record<Finding['severity'], string> = { error: '✕ Error', warning: '! Warning', note: '· Note' };

/** What a check found, where it found it, and how to mend it. */
export function FindingNote({ finding }: { readonly finding: Finding }) {
  return (
    <span className={`finding finding-${finding.severity}`} role="note">
      <span><b>{words[finding.severity]}</b> {finding.message}{finding.rule !== undefined && <span className="muted"> {finding.rule}</span>}</span>
      {finding.mend !== undefined && (/^[ +-].*\n/m.test(`${finding.mend}\n`) && finding.mend.includes('\n') ? <Patch title="Mend" text={finding.mend} /> : <span className="muted">Mend: {finding.mend}</span>)}
    </span>
  );
}
