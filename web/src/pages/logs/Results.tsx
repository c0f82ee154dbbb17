import { Suspense, lazy, useMemo, useState } from 'react';
import { Skeleton } from '../../components/Notice';
import { Icon } from '../../components/Icon';
import { dayTime } from '../../domain/clock';
import { bytes, count, milliseconds } from '../../domain/format';
import type { QueryResult } from '../../domain/query';
import { withCondition } from '../../domain/query';
import { chartOf } from '../../domain/resultChart';
import type { SortBy } from '../../domain/resultTable';
import { filterRows, sortRows } from '../../domain/resultTable';
import { changeDetail, useView } from '../../state/view';
import { ResultGrid } from './ResultGrid';
import { RowPanel } from './RowPanel';
import { SummaryPanel } from './SummaryPanel';

const ResultChartView = lazy(() => import('./ResultChartView'));

interface ResultsProps {
  readonly result: QueryResult;
  readonly running: boolean;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** What came of a query: as a chart when `render` says so or on demand, and always as a table. */
export function Results({ result, running, query, onQuery }: ResultsProps) {
  const view = useView();
  const chart = useMemo(() => chartOf(result), [result]);
  const drawn = result.render !== undefined && result.render.visualization !== '' && result.render.visualization !== 'table';
  const shown = view.detail['show'] ?? (drawn && chart !== null ? 'chart' : 'table');
  const [sort, setSort] = useState<SortBy | null>(null);
  const [filters, setFilters] = useState<Readonly<Record<number, string>>>({});
  const [summary, setSummary] = useState<number | null>(null);
  const rows = useMemo(() => sortRows(filterRows(result.rows, filters), sort), [result, filters, sort]);
  const rowNumber = Number(view.detail['row'] ?? NaN);
  const row = rows[rowNumber];
  const addCondition = (column: number, value: unknown, excluded: boolean) => {
    const definition = result.columns[column];
    if (definition !== undefined) onQuery(withCondition(query, definition, value, excluded));
  };

  return (
    <div className={`page-split ${running ? 'results-old' : ''}`}>
      <section className="page-main" aria-label="Results">
        <div className="toolbar">
          <div className="row" role="group" aria-label="Show as">
            <button type="button" className="button small" aria-pressed={shown === 'table'} onClick={() => changeDetail({ show: 'table' })}>Table</button>
            <button type="button" className="button small" aria-pressed={shown === 'chart'} disabled={chart === null} onClick={() => changeDetail({ show: 'chart' })}
              title={chart === null ? 'A chart needs a number, and a time or a text beside it' : undefined}>Chart</button>
          </div>
          <Stats result={result} shown={rows.length} />
        </div>
        {shown === 'chart' && chart !== null
          ? <Suspense fallback={<Skeleton lines={6} label="Loading the chart" />}><ResultChartView chart={chart} title={result.render?.title ?? ''} /></Suspense>
          : result.rows.length === 0
            ? <p className="results-empty muted"><Icon name="search" size={14} /> The query ran and found no row. Widen its time range or take a condition away.</p>
            : <ResultGrid columns={result.columns} rows={rows} sort={sort} filters={filters} selected={Number.isNaN(rowNumber) ? null : rowNumber}
                onSort={setSort} onFilter={setFilters} onSummary={setSummary} onSelect={(index) => changeDetail({ row: index === null ? '' : String(index) })} />}
      </section>
      {summary !== null && <SummaryPanel columns={result.columns} rows={rows} column={summary} onClose={() => setSummary(null)} onPick={addCondition} />}
      {summary === null && row !== undefined && shown === 'table' && <RowPanel columns={result.columns} row={row} number={rowNumber} onClose={() => changeDetail({ row: '' })} onPick={addCondition} />}
    </div>
  );
}

function Stats({ result, shown }: { readonly result: QueryResult; readonly shown: number }) {
  const { stats } = result;
  return (
    <p className="muted stats">
      {shown === result.rows.length ? `${count(result.rows.length)} rows` : `${count(shown)} of ${count(result.rows.length)} rows`} · {milliseconds(stats.elapsedMs)}
      {stats.bytes !== undefined && ` · ${bytes(stats.bytes)}`}
      {stats.tier !== undefined && ` · ${{ raw: 'single flows', aggregated: 'sums', both: 'single flows and sums' }[stats.tier]}`}
      {stats.aggregatedBefore !== undefined && <span title="Older flows are kept as sums"> · sums before {dayTime(stats.aggregatedBefore)}</span>}
    </p>
  );
}
