import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import type { FlowRow } from '../../domain/flow';
import { flowTone } from '../../domain/verdict';
import type { Column } from './columns';

const rowHeight = 28;

interface FlowTableProps {
  readonly rows: readonly FlowRow[];
  readonly columns: readonly Column[];
  readonly selected: string | null;
  readonly onSelect: (flow: FlowRow | null) => void;
  /** Told when the table leaves its top or comes back, so that new rows wait while somebody reads. */
  readonly onAway: (away: boolean) => void;
  /** Told when a button goes down on the rows: they must not move before it comes up. */
  readonly onPress: () => void;
  readonly onEnd: () => void;
  readonly label: string;
}

/** Newest first, drawn only where it is seen. Rows are drawn by place, so that a fast feed changes texts and not elements. */
export function FlowTable({ rows, columns, selected, onSelect, onAway, onPress, onEnd, label }: FlowTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // The virtualizer is a moving object by design; the compiler's advice to memoise does not apply to it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 6 });
  const at = selected === null ? -1 : rows.findIndex((row) => row.id === selected);
  const drawn = virtual.getVirtualItems();
  const activeIsDrawn = drawn.some((item) => item.index === at);
  const least = columns.reduce((sum, column) => sum + Number(/\d+/.exec(column.width)?.[0] ?? 0) + 12, 24);
  const tracks = columns.map((column) => column.width).join(' ');

  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
    // Only a newly chosen row is brought into sight, not one that moves because others arrive.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    onAway(element.scrollTop > rowHeight);
    if (element.scrollTop + element.clientHeight > element.scrollHeight - 40 * rowHeight) onEnd();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -rows.length, End: rows.length }[event.key];
    if (step === undefined) return;
    const next = rows[Math.min(Math.max(at < 0 ? 0 : at + step, 0), rows.length - 1)];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next);
  };

  return (
    <div className="flows" role="grid" aria-label={label} aria-rowcount={rows.length + 1} aria-colcount={columns.length} tabIndex={0}
      aria-activedescendant={activeIsDrawn ? 'flow-active' : undefined} onKeyDown={onKeyDown}>
      <div className="flows-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks, minWidth: least }}>
        {columns.map((column) => <span key={column.id} role="columnheader">{column.title}</span>)}
      </div>
      <div className="flows-scroll" ref={scroller} onScroll={onScroll} onPointerDown={onPress} role="rowgroup" tabIndex={-1} style={{ minWidth: least }}>
        <div className="flows-all" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {drawn.map((item) => {
            const flow = rows[item.index];
            if (flow === undefined) return null;
            return <Row key={item.index} flow={flow} index={item.index} top={item.start} columns={columns} tracks={tracks} chosen={item.index === at} onSelect={onSelect} />;
          })}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly flow: FlowRow;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly Column[];
  readonly tracks: string;
  readonly chosen: boolean;
  readonly onSelect: (flow: FlowRow) => void;
}

const Row = memo(function Row({ flow, index, top, columns, tracks, chosen, onSelect }: RowProps) {
  return (
    // Keys belong to the grid, which names its active row; a row itself is only clicked.
    <div role="row" id={chosen ? 'flow-active' : undefined} aria-rowindex={index + 2} aria-selected={chosen} className={`flow flow-${flowTone(flow)}`}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }} onClick={() => onSelect(flow)}>
      {columns.map((column) => <span key={column.id} role="gridcell" className="cut">{column.cell(flow)}</span>)}
    </div>
  );
});
