import { Suspense, lazy, useCallback, useEffect, useRef, useState } from 'react';
import { exportQuery, gallery, querySchema } from '../../api/logs';
import type { ExportFormat } from '../../api/logs';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { Menu } from '../../components/Menu';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { saveFile } from '../../components/saveFile';
import { kqlQuery } from '../../domain/copyAs';
import { choosesTime } from '../../domain/query';
import { rangeLabel } from '../../domain/timeRange';
import { useAsk } from '../../state/ask';
import { useKeys } from '../../state/keys';
import { useResolvedTheme } from '../../state/theme';
import { changeDetail, currentView, useView } from '../../state/view';
import { QueryLists } from './QueryLists';
import { Results } from './Results';
import { useQueryRun } from './useQueryRun';
import './logs.css';

const KqlEditor = lazy(() => import('./KqlEditor'));

/** KQL over the flow log: the editor above, what came of it below. */
export default function LogsPage() {
  const view = useView();
  const theme = useResolvedTheme();
  const schema = useAsk('schema', querySchema);
  const queries = useAsk('gallery', gallery);
  const { run, start, stop } = useQueryRun();
  const inAddress = view.detail['query'];
  const [text, setText] = useState(inAddress ?? kqlQuery(view));

  // The address is the truth: back, forward and a link put their query into the editor.
  const [lastAddress, setLastAddress] = useState(inAddress);
  if (inAddress !== lastAddress) {
    setLastAddress(inAddress);
    if (inAddress !== undefined) setText(inAddress);
  }

  const runText = useCallback((query: string) => {
    setText(query);
    changeDetail({ query }, 'push');
    start(query, currentView());
  }, [start]);

  const opened = useRef(false);
  useEffect(() => {
    if (opened.current) return;
    opened.current = true;
    start(text, currentView());
  }, [start, text]);
  useKeys({ Escape: () => view.detail['row'] !== undefined && (changeDetail({ row: '' }), true) });

  const save = (format: ExportFormat) => {
    if (run.request === null) return;
    exportQuery(run.request, format).then((file) => saveFile(`weir-query.${format}`, file), (reason: unknown) => setExportFailure(reason instanceof Error ? reason.message : String(reason)));
  };
  const [exportFailure, setExportFailure] = useState('');

  return (
    <div className="page-split">
      <QueryLists gallery={queries} onOpen={runText} />
      <div className="page-main">
        <div className="toolbar">
          {run.running
            ? <button type="button" className="button" onClick={stop}><Icon name="close" size={12} /> Stop</button>
            : <button type="button" className="button primary" onClick={() => runText(text)} title="Ctrl-Enter"><Icon name="play" size={12} /> Run</button>}
          <span className="muted">{choosesTime(text) ? 'Time range: in the query' : `Time range: ${rangeLabel(view.time).toLowerCase()}`}</span>
          <span className="grow" />
          {exportFailure !== '' && <span className="tone-error" role="alert">! {exportFailure}</span>}
          <CopyButton text={text} label="Copy query" />
          <Menu trigger={<button type="button" className="button small" disabled={run.result === null}><Icon name="download" size={14} /> Export</button>}
            items={(['csv', 'json', 'parquet'] as const).map((format) => ({ label: { csv: 'CSV', json: 'JSON', parquet: 'Parquet' }[format], onSelect: () => save(format) }))} />
        </div>
        <div className="kql-box">
          <Suspense fallback={<Skeleton lines={4} label="Loading the editor" />}>
            <KqlEditor text={text} schema={schema.value} problems={run.failure?.details ?? []} theme={theme} onChange={setText} onRun={() => runText(text)} />
          </Suspense>
        </div>
        {run.failure !== null && <QueryFailure failure={run.failure} />}
        {run.result !== null && run.failure === null && <Results key={run.request?.query} result={run.result} running={run.running} query={run.request?.query ?? ''} onQuery={runText} />}
        {run.result === null && run.failure === null && (run.running
          ? <Skeleton lines={8} label="The query runs" />
          : <Notice title="No query has run">Write KQL above and press Ctrl-Enter, or open one of the gallery.</Notice>)}
      </div>
    </div>
  );
}

function QueryFailure({ failure }: { readonly failure: NonNullable<ReturnType<typeof useQueryRun>['run']['failure']> }) {
  if (failure.details.length === 0) return <FailureNotice what={`The query failed${failure.code === '' ? '' : ` (${failure.code})`}`} failure={failure} />;
  return (
    <div className="notice notice-bad" role="alert">
      <h2><Icon name="alert" /> The query has {failure.details.length === 1 ? 'an error' : `${failure.details.length} errors`}</h2>
      <ul>{failure.details.map((problem) => <li key={`${problem.start} ${problem.code}`}><code>{problem.code}</code> {problem.message}</li>)}</ul>
    </div>
  );
}
