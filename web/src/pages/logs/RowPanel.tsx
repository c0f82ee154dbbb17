import type { MouseEvent } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { SidePanel } from '../../components/SidePanel';
import { utc } from '../../domain/clock';
import type { QueryColumn } from '../../domain/query';
import type { Row } from '../../domain/resultTable';
import { cellShown } from '../../domain/resultTable';

interface RowPanelProps {
  readonly columns: readonly QueryColumn[];
  readonly row: Row;
  readonly number: number;
  readonly onClose: () => void;
  readonly onPick: (column: number, value: unknown, excluded: boolean) => void;
}

/** One row with all its fields; a click on a value adds it to the query as a condition, Alt-click excludes it. */
export function RowPanel({ columns, row, number, onClose, onPick }: RowPanelProps) {
  const asObject = Object.fromEntries(columns.map((column, index) => [column.name, row[index]]));
  return (
    <SidePanel title={`Row ${number + 1}`} label="Row" onClose={onClose} actions={<CopyButton label="Copy JSON" text={JSON.stringify(asObject, null, 2)} />}>
      <dl className="fields row-fields">
        {columns.map((column, index) => {
          const value = row[index];
          const pick = (event: MouseEvent) => onPick(index, value, event.altKey);
          return (
            <div key={column.name}>
              <dt>{column.name}</dt>
              <dd>{value === null || value === undefined || value === ''
                ? <span className="faint">empty</span>
                : typeof value === 'object'
                  ? <pre className="raw" tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
                  : <button type="button" className="value mono" onClick={pick} title={`${column.type === 'datetime' && typeof value === 'string' ? `${utc(value)}\n` : ''}Click: add to the query. Alt-click: exclude.`}>{cellShown(value, column.type)}</button>}</dd>
            </div>
          );
        })}
      </dl>
    </SidePanel>
  );
}
