import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import type { QueryColumn } from '../../domain/query';
import type { Row, SortBy } from '../../domain/resultTable';
import { cellShown, cellText, isNumeric } from '../../domain/resultTable';

const rowHeight = 26;

interface ResultGridProps {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly sort: SortBy | null;
  readonly filters: Readonly<Record<number, string>>;
  readonly selected: number | null;
  readonly onSort: (sort: SortBy | null) => void;
  readonly onFilter: (filters: Readonly<Record<number, string>>) => void;
  readonly onSummary: (column: number) => void;
  readonly onSelect: (row: number | null) => void;
}

/** A table of results: the type under each name, sorting, a filter and a summary for each column. */
export function ResultGrid({ columns, rows, sort, filters, selected, onSort, onFilter, onSummary, onSelect }: ResultGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // The virtualizer is a moving object by design; the compiler's advice to memoise does not apply to it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const widths = useMemo(() => columns.map((column, index) => widthOf(column, index, rows)), [columns, rows]);
  const tracks = widths.map((width) => `minmax(${width}px, ${width}fr)`).join(' ');
  const least = widths.reduce((sum, width) => sum + width, 0) + 24;
  const next = (index: number) => onSort(sort?.column !== index ? { column: index, descending: false } : sort.descending ? null : { column: index, descending: true });
  const drawn = virtual.getVirtualItems();

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -rows.length, End: rows.length }[event.key];
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const index = Math.min(Math.max(selected === null ? 0 : selected + step, 0), rows.length - 1);
    onSelect(index);
    virtual.scrollToIndex(index, { align: 'auto' });
  };

  return (
    <div ref={scroller} className="results" role="grid" aria-label="Rows" aria-rowcount={rows.length + 1} aria-colcount={columns.length} tabIndex={0} onKeyDown={onKeyDown}
      aria-activedescendant={drawn.some((item) => item.index === selected) ? 'result-active' : undefined}>
      <div className="results-head" role="row" style={{ gridTemplateColumns: tracks, minWidth: least }}>
        {columns.map((column, index) => (
          <div key={column.name} role="columnheader" aria-sort={sort?.column !== index ? 'none' : sort.descending ? 'descending' : 'ascending'}>
            <div className="row results-name">
              <button type="button" className="value cut" onClick={() => next(index)} title={`${column.name}: ${column.type}. Click sorts.`}>
                {column.name}{sort?.column === index && (sort.descending ? ' ↓' : ' ↑')}
              </button>
              <span className="faint">{column.type}</span>
              <button type="button" className="value faint" onClick={() => onSummary(index)} aria-label={`Summary of ${column.name}`} title="Summary">Σ</button>
            </div>
            <input className="results-filter" placeholder="filter" aria-label={`Filter ${column.name}`} value={filters[index] ?? ''}
              onChange={(event) => onFilter({ ...filters, [index]: event.target.value })} />
          </div>
        ))}
      </div>
      <div role="rowgroup" className="results-all" style={{ height: virtual.getTotalSize(), minWidth: least }}>
        {drawn.map((item) => (
          <div key={item.index} role="row" id={item.index === selected ? 'result-active' : undefined} aria-rowindex={item.index + 2} aria-selected={item.index === selected} className="result"
            style={{ gridTemplateColumns: tracks, transform: `translateY(${item.start}px)` }} onClick={() => onSelect(item.index)}>
            {columns.map((column, index) => {
              const value = rows[item.index]?.[index];
              return <span key={column.name} role="gridcell" className={`cut ${isNumeric(column.type) ? 'number' : ''} ${verdictClass(value)}`} title={cellText(value)}>{cellShown(value, column.type)}</span>;
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The words of verdicts keep their colour wherever they stand. */
function verdictClass(value: unknown): string {
  return value === 'DROPPED' ? 'tone-dropped' : value === 'AUDIT' ? 'tone-audit' : value === 'ERROR' ? 'tone-error' : '';
}

function widthOf(column: QueryColumn, index: number, rows: readonly Row[]): number {
  const longest = Math.max(column.name.length + column.type.length + 5, ...rows.slice(0, 60).map((row) => cellShown(row[index], column.type).length));
  return Math.min(Math.max(longest * 7.2 + 20, 90), 380);
}
