import type { ReactNode } from 'react';
import { Icon } from './Icon';

interface SidePanelProps {
  readonly title: ReactNode;
  readonly label: string;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Details on the right of a page; never in front of it. The page closes it on Escape. */
export function SidePanel({ title, label, actions, onClose, children }: SidePanelProps) {
  return (
    <aside className="panel" aria-label={label}>
      <header className="panel-head">
        <h2 className="grow">{title}</h2>
        {actions}
        <button type="button" className="button plain icon" onClick={onClose} aria-label="Close panel" title="Close (Escape)">
          <Icon name="close" />
        </button>
      </header>
      <div className="panel-body" tabIndex={0} role="region" aria-label={`${label}, contents`}>{children}</div>
    </aside>
  );
}

/** A part of a panel, under a small heading. */
export function Section({ title, actions, children }: { readonly title: string; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="section">
      <div className="spread"><h3>{title}</h3>{actions}</div>
      {children}
    </section>
  );
}
