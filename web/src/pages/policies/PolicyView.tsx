import { policy } from '../../api/policies';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { Section } from '../../components/SidePanel';
import { Value } from '../../components/Value';
import { Yaml } from '../../components/Yaml';
import { ago } from '../../domain/clock';
import { withTerm } from '../../domain/filter';
import { count } from '../../domain/format';
import type { PolicyDetail } from '../../domain/policy';
import { onPage } from '../../domain/view';
import { useAsk } from '../../state/ask';
import { useHub } from '../../state/hub';
import { changeDetail, currentView, goTo, show, useView } from '../../state/view';
import { FindingNote } from './FindingNote';
import { Revisions } from './Revisions';
import { TryChange } from './TryChange';

/** One policy: its text with what each rule decided, its findings, its pods, its history. */
export function PolicyView({ policyKey }: { readonly policyKey: string }) {
  const view = useView();
  const detail = useAsk(policyKey, (signal) => policy(policyKey, signal), 10_000);
  if (detail.value === null) {
    return detail.failure !== null
      ? <FailureNotice what={`${policyKey} cannot be shown`} failure={detail.failure} again={detail.again} />
      : <Skeleton lines={14} label="Loading the policy" />;
  }
  const editing = view.detail['edit'] === '1';
  return (
    <div className="policy" tabIndex={0} role="region" aria-label="Policy">
      <PolicyHead detail={detail.value} editing={editing} />
      {editing ? <TryChange yaml={detail.value.yaml} /> : <PolicyText detail={detail.value} />}
    </div>
  );
}

function PolicyHead({ detail, editing }: { readonly detail: PolicyDetail; readonly editing: boolean }) {
  return (
    <header className="policy-head">
      <div className="grow">
        <h2><Value term={{ key: 'rule', value: detail.name }}>{detail.name}</Value></h2>
        <p className="muted">
          {detail.kind}{detail.namespace !== undefined && ` in ${detail.namespace}`} · selects {detail.selects} {detail.selects === 1 ? 'pod' : 'pods'} · {count(detail.hits)} hits
          {detail.denied > 0 && <span className="tone-dropped"> · ✕ {count(detail.denied)} refused</span>}
        </p>
        {!detail.valid && <p className="tone-dropped">✕ Not in force: {detail.message ?? 'the policy is not valid'}</p>}
      </div>
      <button type="button" className="button small" onClick={() => {
        const view = currentView();
        show({ ...onPage(view, 'flows'), filter: withTerm(view.filter, { key: 'rule', value: detail.name }) });
      }}>Its flows</button>
      <CopyButton label="Copy YAML" text={detail.yaml} />
      <button type="button" className="button small" aria-pressed={editing} onClick={() => changeDetail({ edit: editing ? '' : '1' }, 'push')}><Icon name="edit" size={12} /> {editing ? 'Back to the policy' : 'Try a change'}</button>
    </header>
  );
}

function PolicyText({ detail }: { readonly detail: PolicyDetail }) {
  const hub = useHub();
  const now = hub.value === null ? null : Date.parse(hub.value.now);
  const rules = new Map(detail.lines.map((line) => [line.line, line]));
  const elsewhere = detail.findings.filter((finding) => finding.line === undefined);
  const margin = (number: number) => {
    const rule = rules.get(number);
    if (rule === undefined) return null;
    const { lastFlow } = rule;
    return (
      <>
        {rule.hits === 0 ? <span className="faint">{rule.rule}: unused</span> : <span>{rule.rule}: {count(rule.hits)} hits</span>}
        {lastFlow !== undefined && <button type="button" className="value faint" onClick={() => goTo('flows', { flow: lastFlow.id, at: lastFlow.time })}> · last {now === null ? '' : ago(lastFlow.time, now)}</button>}
      </>
    );
  };
  return (
    <div className="policy-columns">
      <div className="policy-text">
        {elsewhere.map((finding) => <FindingNote key={finding.message} finding={finding} />)}
        <Yaml text={detail.yaml} label={`${detail.kind} ${detail.name}`} margin={margin}
          below={(number) => detail.findings.filter((finding) => finding.line === number).map((finding) => <FindingNote key={finding.message} finding={finding} />)} />
      </div>
      <div className="policy-facts">
        <Section title="Pods">
          {detail.pods.length === 0
            ? <Notice title="It selects no pod">Its rules decide nothing until a pod carries the labels of its selector.</Notice>
            : <ul>{detail.pods.map((pod) => <li key={pod}><Value term={{ key: 'pod', value: pod }}>{pod}</Value></li>)}</ul>}
        </Section>
        <Section title="Revisions"><Revisions revisions={detail.revisions} yaml={detail.yaml} /></Section>
      </div>
    </div>
  );
}
