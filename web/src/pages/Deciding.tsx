import { Section } from '../components/SidePanel';
import { Patch } from '../components/Patch';
import { Value } from '../components/Value';
import { Yaml } from '../components/Yaml';
import type { NearestRule, RuleText } from '../domain/hub';
import { goTo } from '../state/view';

interface DecidingProps {
  readonly rule: RuleText | undefined;
  readonly nearest: NearestRule | undefined;
  readonly dropped: boolean;
}

/** The rule that decided, with its field marked; for a refusal also the rule that came closest, what it lacks and how to mend it. */
export function Deciding({ rule, nearest, dropped }: DecidingProps) {
  return (
    <>
      {rule !== undefined && (
        <Section title={dropped ? 'Refused by' : 'Allowed by'} actions={<PolicyLink kind={rule.kind} namespace={rule.namespace} name={rule.name} />}>
          <Yaml text={rule.yaml} label={`${rule.kind} ${rule.name}`} marked={rule.line > 0 ? [rule.line] : []} />
        </Section>
      )}
      {rule === undefined && dropped && nearest === undefined && (
        <Section title="Refused by"><p className="muted">No policy names this flow: it was dropped for the reason above, not by a rule.</p></Section>
      )}
      {nearest !== undefined && <Nearest nearest={nearest} />}
    </>
  );
}

/** The rule that came closest, what it lacks, what would mend it, and what the mend would let in besides. */
function Nearest({ nearest }: { readonly nearest: NearestRule }) {
  const also = nearest.alsoAdmits ?? [];
  return (
    <Section title={nearest.name === undefined ? 'What would allow it' : 'Nearest rule that missed'}>
      {nearest.name !== undefined && (
        <p><Value term={{ key: 'rule', value: nearest.name }}><b>{nearest.name}</b></Value> {nearest.rule !== undefined && <code>{nearest.rule}</code>}{nearest.missed !== undefined && `: ${nearest.missed}`}</p>
      )}
      {nearest.mend !== undefined && <Patch title="Mend" text={nearest.mend} />}
      {also.length > 0 && <p className="muted">The mend would also let in: {also.join(', ')}.</p>}
      {nearest.note !== undefined && <p className="muted">{nearest.note}</p>}
    </Section>
  );
}

function PolicyLink({ kind, namespace, name }: { readonly kind: string; readonly namespace: string | undefined; readonly name: string }) {
  return <button type="button" className="button small" onClick={() => goTo('policies', { policy: `${kind}/${namespace === undefined || namespace === '' ? '-' : namespace}/${name}` })}>Open policy</button>;
}
