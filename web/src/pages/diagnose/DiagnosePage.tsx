import { diagnosis } from '../../api/diagnose';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { Patch } from '../../components/Patch';
import { When } from '../../components/When';
import type { Diagnosis, Evidence } from '../../domain/diagnosis';
import { count } from '../../domain/format';
import { rangeLabel } from '../../domain/timeRange';
import { onPage, scopeParameters } from '../../domain/view';
import { useAsk } from '../../state/ask';
import { useHub } from '../../state/hub';
import { currentView, show, useView } from '../../state/view';
import { TimelineStrip } from '../TimelineStrip';
import './diagnose.css';

const marks = { ok: '✓', problem: '✕', blind: '?' } as const;
const words = { ok: 'Nothing is wrong', problem: 'Something is wrong', blind: 'Not enough is seen to tell' } as const;

/** The report: status, cause, evidence, mend. Asked anew when the scope changes, and on demand. */
export default function DiagnosePage() {
  const view = useView();
  const answer = useAsk(JSON.stringify([view.namespaces, view.time, view.filter]), (signal) => diagnosis(scopeParameters(view, Date.now()), signal));
  return (
    <>
      <TimelineStrip />
      <div className="report-scroll" tabIndex={0} role="region" aria-label="Report">
        {answer.value === null && answer.failure !== null && <FailureNotice what="The diagnosis failed" failure={answer.failure} again={answer.again} />}
        {answer.value === null && answer.failure === null && <Skeleton lines={10} label="Looking at flows, policies and nodes" />}
        {answer.value !== null && <Report report={answer.value} verifying={answer.loading} onVerify={answer.again} failure={answer.failure?.message ?? null} />}
      </div>
    </>
  );
}

interface ReportProps {
  readonly report: Diagnosis;
  readonly verifying: boolean;
  readonly failure: string | null;
  readonly onVerify: () => void;
}

function Report({ report, verifying, failure, onVerify }: ReportProps) {
  const view = useView();
  const hub = useHub();
  return (
    <article className="report">
      <header className={`report-head report-${report.status}`}>
        <span className="report-mark" aria-hidden="true">{marks[report.status]}</span>
        <div>
          <p className="report-word">{words[report.status]}</p>
          <h2>{report.headline}</h2>
          <p className="faint">
            {view.namespaces.length === 0 ? 'All namespaces' : view.namespaces.join(', ')} · {rangeLabel(view.time)} · checked <When time={report.checkedAt} withDay {...(hub.value === null ? {} : { now: Date.parse(hub.value.now) })} />
          </p>
        </div>
      </header>
      {report.partial === true && <p className="tone-audit">! There was more than could be read in time: the report rests on a part. Choose fewer namespaces or a shorter range.</p>}
      {report.cause !== undefined && <section><h3>Cause</h3><p className="report-cause">{report.cause}</p></section>}
      {report.evidence.length > 0 && (
        <section>
          <h3>Evidence</h3>
          <table>
            <thead className="unseen"><tr><th>What was seen</th><th>Count</th><th>Where</th></tr></thead>
            <tbody>{report.evidence.map((each) => <EvidenceRow key={each.text} evidence={each} />)}</tbody>
          </table>
        </section>
      )}
      {report.mend !== undefined && (
        <section>
          <h3>Mend</h3>
          <p>{report.mend.text}</p>
          {report.mend.yaml !== undefined && <Patch title="Change" text={report.mend.yaml} />}
        </section>
      )}
      <footer className="row wrap no-print">
        <button type="button" className="button primary" onClick={onVerify} disabled={verifying}>{verifying ? 'Looking…' : report.status === 'problem' ? 'Verify the mend' : 'Check again'}</button>
        <button type="button" className="button" onClick={() => window.print()}><Icon name="print" size={14} /> Print</button>
        <CopyButton label="Copy link" text={window.location.href} />
        <CopyButton label="Copy as text" text={reportText(report)} />
        {failure !== null && <span className="tone-error" role="alert">! {failure}</span>}
      </footer>
    </article>
  );
}

function EvidenceRow({ evidence }: { readonly evidence: Evidence }) {
  const { link } = evidence;
  const open = () => {
    if (link === undefined) return;
    const view = currentView();
    if (link.page === 'logs') show(onPage(view, 'logs', link.kql === undefined ? {} : { query: link.kql }));
    else show({ ...onPage(view, 'flows'), filter: link.q ?? '' });
  };
  return (
    <tr>
      <td>{evidence.text}</td>
      <td className="number">{count(evidence.count)}</td>
      <td className="number no-print">{link !== undefined && <button type="button" className="button small" onClick={open}>{link.page === 'flows' ? 'Flows' : 'Logs'} <Icon name="right" size={10} /></button>}</td>
    </tr>
  );
}

/** The report as plain text, for a ticket or a chat. */
function reportText(report: Diagnosis): string {
  return [
    `${words[report.status]}: ${report.headline}`,
    ...(report.cause === undefined ? [] : ['', `Cause: ${report.cause}`]),
    ...(report.evidence.length === 0 ? [] : ['', 'Evidence:', ...report.evidence.map((each) => `  ${each.count}  ${each.text}`)]),
    ...(report.mend === undefined ? [] : ['', `Mend: ${report.mend.text}`, ...(report.mend.yaml === undefined ? [] : [report.mend.yaml])]),
    '', window.location.href,
  ].join('\n');
}
