import type { ReactNode } from 'react';
import type { Failure } from '../domain/failure';
import { Icon } from './Icon';

interface NoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly tone?: 'quiet' | 'bad';
}

/** A written state: what is expected here, why there is nothing, the one thing to do next. */
export function Notice({ title, children, action, tone = 'quiet' }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <h2>{tone === 'bad' && <Icon name="alert" />} {title}</h2>
      {children !== undefined && <p className="muted">{children}</p>}
      {action !== undefined && <div className="row">{action}</div>}
    </div>
  );
}

/** A request that failed: the hub's own sentence, and the way to try again. */
export function FailureNotice({ what, failure, again }: { readonly what: string; readonly failure: Failure; readonly again?: () => void }) {
  return (
    <Notice tone="bad" title={what}
      action={again === undefined ? undefined : <button type="button" className="button" onClick={again}>Try again</button>}>
      {failure.message}
    </Notice>
  );
}

/** Grey lines in the shape of what is coming; they appear only after 300 ms, so that quick answers do not flash. */
export function Skeleton({ lines, label }: { readonly lines: number; readonly label: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => <span key={line} className={`skeleton-line skeleton-${line % 4}`} />)}
    </div>
  );
}
