import { useMemo } from 'react';
import { Bars } from '../../components/Bars';
import { Section, SidePanel } from '../../components/SidePanel';
import { count } from '../../domain/format';
import type { QueryColumn } from '../../domain/query';
import type { Row } from '../../domain/resultTable';
import { cellShown, summarise } from '../../domain/resultTable';

interface SummaryPanelProps {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  readonly column: number;
  readonly onClose: () => void;
  readonly onPick: (column: number, value: unknown, excluded: boolean) => void;
}

/** What one column of the result holds. */
export function SummaryPanel({ columns, rows, column, onClose, onPick }: SummaryPanelProps) {
  const definition = columns[column] ?? { name: '', type: 'string' };
  const summary = useMemo(() => summarise(rows, column, definition.type), [rows, column, definition.type]);
  const shown = (value: unknown) => (value === null ? '–' : cellShown(value, definition.type));
  return (
    <SidePanel title={<>{definition.name} <span className="faint">{definition.type}</span></>} label="Summary" onClose={onClose}>
      <Section title="Values">
        <dl className="numbers">
          <div><dt>Rows</dt><dd>{count(summary.rows)}</dd></div>
          <div><dt>Empty</dt><dd>{count(summary.empty)}</dd></div>
          <div><dt>Different</dt><dd>{count(summary.distinct)}</dd></div>
          {summary.sum !== null && <div><dt>Sum</dt><dd>{shown(summary.sum)}</dd></div>}
          {summary.sum !== null && summary.rows > summary.empty && <div><dt>Mean</dt><dd>{shown(summary.sum / (summary.rows - summary.empty))}</dd></div>}
          <div><dt>Least</dt><dd>{shown(summary.least)}</dd></div>
          <div><dt>Most</dt><dd>{shown(summary.most)}</dd></div>
        </dl>
      </Section>
      <Section title="Most frequent">
        <Bars label="Most frequent values" format={(value) => count(value ?? 0)} items={summary.top.map((each) => ({ name: shown(each.value), value: each.count }))}
          onPick={(name) => {
            const found = summary.top.find((each) => shown(each.value) === name);
            if (found !== undefined) onPick(column, found.value, false);
          }} />
      </Section>
    </SidePanel>
  );
}
