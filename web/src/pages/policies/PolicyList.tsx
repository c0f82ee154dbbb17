import type { KeyboardEvent } from 'react';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { ago } from '../../domain/clock';
import { count } from '../../domain/format';
import type { PolicyEntry } from '../../domain/policy';
import { policyKey, worst } from '../../domain/policy';
import type { Answer } from '../../state/ask';
import { useHub } from '../../state/hub';
import { changeDetail } from '../../state/view';

interface PolicyListProps {
  readonly policies: readonly PolicyEntry[] | null;
  readonly answer: Answer<PolicyEntry[]>;
  readonly chosen: string | null;
}

/** Every policy with what it selects, how often it decided, and the worst that is wrong with it. */
export function PolicyList({ policies, answer, chosen }: PolicyListProps) {
  const hub = useHub();
  const now = hub.value === null ? null : Date.parse(hub.value.now);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.side-item')];
    items[items.findIndex((item) => item === document.activeElement) + step]?.focus();
  };
  return (
    <aside className="side policies-side" aria-label="Policies">
      <div className="side-head"><h2>Policies</h2><span className="faint">{policies?.length ?? ''}</span></div>
      <div className="side-body">
        {policies === null && answer.failure !== null && <FailureNotice what="No policies" failure={answer.failure} again={answer.again} />}
        {policies === null && answer.loading && <Skeleton lines={8} label="Loading policies" />}
        <ul onKeyDown={onKeyDown} role="presentation">
          {policies?.map((policy) => (
            <li key={policy.id}>
              <button type="button" className="side-item" aria-current={policyKey(policy) === chosen} onClick={() => changeDetail({ policy: policyKey(policy), tab: '', edit: '' }, 'push')}>
                <span className="spread"><b className="cut" title={policy.name}>{policy.name}</b><Mark policy={policy} /></span>
                <span className="faint cut">{policy.kind}{policy.namespace !== undefined && ` · ${policy.namespace}`}</span>
                <span className="muted">
                  {policy.selects} {policy.selects === 1 ? 'pod' : 'pods'} · {policy.hits === 0 ? 'unused' : `${count(policy.hits)} hits`}
                  {policy.denied > 0 && <span className="tone-dropped"> · ✕ {count(policy.denied)}</span>}
                  {policy.lastHit !== undefined && now !== null && <span className="faint"> · {ago(policy.lastHit, now)}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

function Mark({ policy }: { readonly policy: PolicyEntry }) {
  if (!policy.valid) return <span className="tone-dropped" title={policy.message}>✕ invalid</span>;
  const severity = worst(policy.findings);
  if (severity === null) return null;
  const number = policy.findings.filter((finding) => finding.severity === severity).length;
  return <span className={`finding-${severity}`} title={policy.findings.map((finding) => finding.message).join('\n')}>{{ error: '✕', warning: '!', note: '·' }[severity]} {number}</span>;
}
