import { createContext, use } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import type { Wanted } from '../domain/filter';

/** Adds a term to the filter, or excludes it. The shell provides it. */
export type Pick = (wanted: Wanted, excluded: boolean) => void;
export const PickContext = createContext<Pick>(() => undefined);

interface ValueProps {
  readonly term: Wanted;
  readonly title?: string;
  readonly className?: string;
  /** False inside a grid, where the rows are the stops of the Tab key. */
  readonly tabStop?: boolean;
  readonly children: ReactNode;
}

/** A value that filters: a click adds it, Alt-click excludes it. */
export function Value({ term, title, className, tabStop = true, children }: ValueProps) {
  const pick = use(PickContext);
  const onClick = (event: MouseEvent) => {
    event.stopPropagation();
    pick(term, event.altKey);
  };
  return (
    <button type="button" className={`value ${className ?? ''}`} onClick={onClick} tabIndex={tabStop ? undefined : -1}
      title={`${title === undefined ? '' : `${title}\n`}Click: filter by this. Alt-click: exclude it.`}>
      {children}
    </button>
  );
}
