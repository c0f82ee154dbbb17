import { useState } from 'react';
import { diagnosis } from '../../api/diagnose';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { When } from '../../components/When';
import type { Diagnosis } from '../../domain/diagnosis';
import type { DiagnosisBundle } from '../../domain/diagnosisBundle';
import { rangeLabel } from '../../domain/timeRange';
import { scopeParameters } from '../../domain/view';
import { useAsk } from '../../state/ask';
import { useHub } from '../../state/hub';
import { useKeys } from '../../state/keys';
import { change, useView } from '../../state/view';
import { TimelineStrip } from '../TimelineStrip';
import { OpenSaved } from './OpenSaved';
import { Report, reportText } from './Report';
import { saveReport } from './saveReport';
import './diagnose.css';

/** Is something wrong, what, why, and what mends it; of now, or as somebody saved it. */
export default function DiagnosePage() {
  const [opened, setOpened] = useState<DiagnosisBundle | null>(null);
  const [failure, setFailure] = useState('');
  const open = (bundle: DiagnosisBundle | null) => {
    setOpened(bundle);
    setFailure('');
  };
  useKeys({ Escape: () => opened !== null && (open(null), true) });
  const openSaved = <OpenSaved onOpen={open} onFailure={setFailure} />;
  return (
    <>
      {opened === null && <TimelineStrip />}
      {failure !== '' && <p className="report-failure tone-error" role="alert">! {failure}</p>}
      <div className="report-scroll" tabIndex={0} role="region" aria-label="Report">
        {opened === null ? <Asked openSaved={openSaved} /> : <Opened bundle={opened} openSaved={openSaved} onClose={() => open(null)} />}
      </div>
    </>
  );
}

const scopeWords = (namespaces: readonly string[], filter: string, range: string) =>
  [namespaces.length === 0 ? 'All namespaces' : namespaces.join(', '), ...(filter === '' ? [] : [filter]), range].join(' · ');

/** The report of the view, asked anew when the scope changes, and on demand. */
function Asked({ openSaved }: { readonly openSaved: React.ReactNode }) {
  const view = useView();
  const hub = useHub();
  const answer = useAsk(JSON.stringify([view.namespaces, view.time, view.filter]), (signal) => diagnosis(scopeParameters(view, Date.now()), signal));
  const report = answer.value;
  if (report === null) {
    return answer.failure === null
      ? <Skeleton lines={10} label="Looking at flows, policies and nodes" />
      : <><FailureNotice what="The diagnosis failed" failure={answer.failure} again={answer.again} /><div className="report-instead">{openSaved}</div></>;
  }
  const question = scopeWords(view.namespaces, view.filter, rangeLabel(view.time));
  return (
    <Report report={report} question={question} now={hub.value === null ? null : Date.parse(hub.value.now)}>
      <button type="button" className="button primary" onClick={answer.again} disabled={answer.loading}>{answer.loading ? 'Looking…' : verifyWord(report)}</button>
      <button type="button" className="button" onClick={() => window.print()}><Icon name="print" size={14} /> Print</button>
      <CopyButton label="Copy link" text={window.location.href} />
      <CopyButton label="Copy as text" text={reportText(report)} />
      <SaveButton report={report} cluster={hub.value?.cluster ?? ''} />
      {openSaved}
      {answer.failure !== null && <span className="tone-error" role="alert">! {answer.failure.message}</span>}
    </Report>
  );
}

const verifyWord = (report: Diagnosis) => (report.status === 'problem' ? 'Verify the mend' : 'Check again');

function SaveButton({ report, cluster }: { readonly report: Diagnosis; readonly cluster: string }) {
  const view = useView();
  const [state, setState] = useState<'' | 'saving' | 'saved'>('');
  const save = () => {
    setState('saving');
    void saveReport(report, cluster, view).then(() => setState('saved'));
  };
  return (
    <button type="button" className="button" onClick={save} disabled={state === 'saving'} title="A file with the report and the flows that prove it; anybody opens it on this page">
      <Icon name="download" size={14} /> <span aria-live="polite">{{ '': 'Save', saving: 'Saving…', saved: 'Saved' }[state]}</span>
    </button>
  );
}

/** A report from a file: the same page, without a hub behind it until somebody verifies. */
function Opened({ bundle, openSaved, onClose }: { readonly bundle: DiagnosisBundle; readonly openSaved: React.ReactNode; readonly onClose: () => void }) {
  const { report, question } = bundle;
  const verify = () => {
    onClose();
    change({ namespaces: question.namespaces, filter: question.filter, time: { kind: 'live' } });
  };
  return (
    <>
      <p className="report-banner no-print" role="status">
        <span>A saved report of the cluster <b>{bundle.cluster}</b>, from <When time={bundle.saved} withDay />. What is below was read from the file.</span>
        <button type="button" className="button small" onClick={onClose}>Close (Escape)</button>
      </p>
      <Report report={report} question={scopeWords(question.namespaces, question.filter, question.range)} now={null} flows={bundle.flows}>
        <button type="button" className="button primary" onClick={verify}>{report.status === 'problem' ? 'Is it still so?' : 'Check again'}</button>
        <button type="button" className="button" onClick={() => window.print()}><Icon name="print" size={14} /> Print</button>
        <CopyButton label="Copy as text" text={reportText(report)} />
        {openSaved}
      </Report>
    </>
  );
}
