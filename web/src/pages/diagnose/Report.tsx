import type { ReactNode } from 'react';
import { Icon } from '../../components/Icon';
import { Patch } from '../../components/Patch';
import { VerdictMark } from '../../components/VerdictMark';
import { When } from '../../components/When';
import type { Diagnosis, Evidence } from '../../domain/diagnosis';
import type { FlowRow } from '../../domain/flow';
import { endName } from '../../domain/flow';
import { count } from '../../domain/format';
import { flowTone, verdictWord } from '../../domain/verdict';
import { onPage } from '../../domain/view';
import { currentView, show } from '../../state/view';

const marks = { ok: '✓', problem: '✕', blind: '?' } as const;
export const statusWords = { ok: 'Nothing is wrong', problem: 'Something is wrong', blind: 'Not enough is seen to tell' } as const;

interface ReportProps {
  readonly report: Diagnosis;
  /** What was asked, in words. */
  readonly question: string;
  /** The hub's clock in milliseconds, for how long ago it was checked. */
  readonly now: number | null;
  /** Flows that came with a saved report, by the evidence that they prove. */
  readonly flows?: Readonly<Record<string, readonly FlowRow[]>>;
  readonly children: ReactNode;
}

/** Status, cause, evidence and mend, of now or from a file: the same page. */
export function Report({ report, question, now, flows, children }: ReportProps) {
  return (
    <article className="report">
      <header className={`report-head report-${report.status}`}>
        <span className="report-mark" aria-hidden="true">{marks[report.status]}</span>
        <div>
          <p className="report-word">{statusWords[report.status]}</p>
          <h2>{report.headline}</h2>
          <p className="faint">{question} · checked <When time={report.checkedAt} withDay {...(now === null ? {} : { now })} /></p>
        </div>
      </header>
      {report.partial === true && <p className="tone-audit">! There was more than could be read in time: the report rests on a part. Choose fewer namespaces or a shorter range.</p>}
      {report.cause !== undefined && <section><h3>Cause</h3><p className="report-cause">{report.cause}</p></section>}
      {report.evidence.length > 0 && (
        <section>
          <h3>Evidence</h3>
          <table>
            <thead><tr><th>What was seen</th><th className="number">Count</th><th className="no-print"><span className="unseen">Where</span></th></tr></thead>
            <tbody>{report.evidence.map((each) => <EvidenceRow key={each.text} evidence={each} flows={flows?.[each.text] ?? []} />)}</tbody>
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
      <footer className="row wrap no-print">{children}</footer>
    </article>
  );
}

function EvidenceRow({ evidence, flows }: { readonly evidence: Evidence; readonly flows: readonly FlowRow[] }) {
  const { link } = evidence;
  const open = () => {
    if (link === undefined) return;
    const view = currentView();
    if (link.page === 'logs') show(onPage(view, 'logs', link.kql === undefined ? {} : { query: link.kql }));
    else show({ ...onPage(view, 'flows'), filter: link.q ?? '' });
  };
  return (
    <tr>
      <td>{evidence.text}{flows.length > 0 && <KeptFlows flows={flows} />}</td>
      <td className="number">{count(evidence.count)}</td>
      <td className="number no-print">{link !== undefined && <button type="button" className="button small" onClick={open}>{link.page === 'flows' ? 'Flows' : 'Logs'} <Icon name="right" size={10} /></button>}</td>
    </tr>
  );
}

/** Flows that came with the file: the hub may have forgotten them. */
function KeptFlows({ flows }: { readonly flows: readonly FlowRow[] }) {
  return (
    <details className="report-kept">
      <summary>{flows.length === 1 ? 'The newest flow' : `The newest ${flows.length} flows`} in the file</summary>
      <ul>{flows.map((flow) => (
        <li key={flow.id}><When time={flow.time} withDay /> <VerdictMark tone={flowTone(flow)} word={verdictWord(flow)} /> {endName(flow.source)} → {endName(flow.destination)}{flow.destination.port !== undefined && <span className="faint">:{flow.destination.port}</span>}</li>
      ))}</ul>
    </details>
  );
}

/** The report as plain text, for a ticket or a chat. */
export function reportText(report: Diagnosis): string {
  return [
    `${statusWords[report.status]}: ${report.headline}`,
    ...(report.cause === undefined ? [] : ['', `Cause: ${report.cause}`]),
    ...(report.evidence.length === 0 ? [] : ['', 'Evidence:', ...report.evidence.map((each) => `  ${each.count}  ${each.text}`)]),
    ...(report.mend === undefined ? [] : ['', `Mend: ${report.mend.text}`, ...(report.mend.yaml === undefined ? [] : [report.mend.yaml])]),
    '', window.location.href,
  ].join('\n');
}
