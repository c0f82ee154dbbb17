import { Section } from '../components/SidePanel';
import { Patch } from '../components/Patch';
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
          <Yaml text={rule.yaml} label={`${rule.kind} ${rule.name}`} marked={[rule.line]} />
        </Section>
      )}
      {rule === undefined && dropped && nearest === undefined && (
        <Section title="Refused by"><p className="muted">No policy names this flow: it was dropped for the reason above, not by a rule.</p></Section>
      )}
      {nearest !== undefined && (
        <Section title="Nearest rule that missed" actions={<PolicyLink kind={nearest.kind} namespace={nearest.namespace} name={nearest.name} />}>
          <p><b>{nearest.name}</b>{nearest.rule !== undefined && `, rule ${nearest.rule}`}: {nearest.missed}</p>
          {nearest.mend !== undefined && <Patch title="Mend" text={nearest.mend} />}
        </Section>
      )}
    </>
  );
}

function PolicyLink({ kind, namespace, name }: { readonly kind: string; readonly namespace: string | undefined; readonly name: string }) {
  return <button type="button" className="button small" onClick={() => goTo('policies', { policy: `${kind}/${namespace === undefined || namespace === '' ? '-' : namespace}/${name}` })}>Open policy</button>;
}
