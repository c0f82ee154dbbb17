import { useRef, useState } from 'react';
import { tryChange } from '../../api/policies';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { VerdictMark } from '../../components/VerdictMark';
import { Failure } from '../../domain/failure';
import { count } from '../../domain/format';
import type { TrialResult } from '../../domain/policy';
import { judgementTone } from '../../domain/policy';
import { FindingNote } from './FindingNote';

type Trial = { readonly kind: 'none' } | { readonly kind: 'running' } | { readonly kind: 'failed'; readonly failure: Failure } | { readonly kind: 'done'; readonly result: TrialResult };

const spans = [1, 6, 24] as const;

/** Edits a policy and shows which of the last hours' flows would end differently. Nothing is applied. */
export function TryChange({ yaml }: { readonly yaml: string }) {
  const [text, setText] = useState(yaml);
  const [hours, setHours] = useState<number>(6);
  const [trial, setTrial] = useState<Trial>({ kind: 'none' });
  const running = useRef<AbortController | null>(null);

  const run = () => {
    running.current?.abort();
    const closed = new AbortController();
    running.current = closed;
    setTrial({ kind: 'running' });
    tryChange(text, hours, closed.signal).then((result) => setTrial({ kind: 'done', result }), (reason: unknown) => {
      if (!closed.signal.aborted) setTrial({ kind: 'failed', failure: reason instanceof Failure ? reason : new Failure(0, String(reason)) });
    });
  };

  return (
    <div className="policy-columns trial">
      <div className="trial-edit">
        <textarea className="field mono" aria-label="Changed policy" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        <div className="row wrap">
          <button type="button" className="button primary" onClick={run} disabled={trial.kind === 'running'}>Show what would change</button>
          <label className="row muted">on the flows of
            <select className="field" value={hours} onChange={(event) => setHours(Number(event.target.value))}>{spans.map((span) => <option key={span} value={span}>the last {span === 1 ? 'hour' : `${span} hours`}</option>)}</select>
          </label>
          <button type="button" className="button" disabled={text === yaml} onClick={() => setText(yaml)}>Undo all edits</button>
        </div>
        <p className="faint">Nothing is applied. To apply it, copy the text and use kubectl.</p>
      </div>
      <div className="trial-result" aria-live="polite">
        {trial.kind === 'none' && <Notice title="Edit, then look">The flows of the last hours are judged again with the edited policy; those that would end differently are listed here.</Notice>}
        {trial.kind === 'running' && <Skeleton lines={6} label="Judging the flows" />}
        {trial.kind === 'failed' && <FailureNotice what="The change could not be tried" failure={trial.failure} />}
        {trial.kind === 'done' && <TrialTable result={trial.result} />}
      </div>
    </div>
  );
}

function TrialTable({ result }: { readonly result: TrialResult }) {
  return (
    <>
      {result.findings.map((finding) => <FindingNote key={finding.message} finding={finding} />)}
      {result.changes.length === 0
        ? <Notice title="No verdict changes">{count(result.flows)} flows were judged; each ends as it did.</Notice>
        : (
          <>
            <p className="section">{count(result.flows)} flows were judged; {count(result.changes.reduce((sum, each) => sum + each.flows, 0))} would end differently.</p>
            <table>
              <thead><tr><th>From</th><th>To</th><th>Port</th><th>Now</th><th>Then</th><th className="number">Flows</th></tr></thead>
              <tbody>{result.changes.map((change) => (
                <tr key={`${change.source} ${change.destination} ${change.port} ${change.protocol}`}>
                  <td>{change.source}</td><td>{change.destination}</td><td>{change.port}/{change.protocol.toLowerCase()}</td>
                  <td><VerdictMark tone={judgementTone(change.before)} word={change.before} /></td>
                  <td title={change.rule}><VerdictMark tone={judgementTone(change.after)} word={change.after} /></td><td className="number">{count(change.flows)}</td>
                </tr>
              ))}</tbody>
            </table>
          </>
        )}
    </>
  );
}
