import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { explain } from '../../api/policies';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { Patch } from '../../components/Patch';
import { Section } from '../../components/SidePanel';
import { VerdictMark } from '../../components/VerdictMark';
import type { ExplainedSide, Explanation } from '../../domain/policy';
import { judgementTone } from '../../domain/policy';
import { useAsk } from '../../state/ask';
import { changeDetail, useView } from '../../state/view';

/** Asks what the policies in force say about a connection, whether or not it has ever been tried. */
export function ExplainForm() {
  const view = useView();
  const [from, setFrom] = useState(view.detail['xfrom'] ?? '');
  const [to, setTo] = useState(view.detail['xto'] ?? '');
  const [port, setPort] = useState(view.detail['xport'] ?? '');
  const asked = [view.detail['xfrom'], view.detail['xto'], view.detail['xport']] as const;
  const complete = asked.every((each) => each !== undefined && each !== '');
  const answer = useAsk(complete ? asked.join('\n') : null, (signal) => explain(asked[0] ?? '', asked[1] ?? '', asked[2] ?? '', signal));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    changeDetail({ xfrom: from.trim(), xto: to.trim(), xport: port.trim() }, 'push');
  };
  return (
    <div className="explain">
      <form className="row wrap" onSubmit={submit}>
        <label>From <input className="field" required placeholder="pets/store-front" value={from} onChange={(event) => setFrom(event.target.value)} /></label>
        <label>to <input className="field" required placeholder="pets/order-service, an address, world" value={to} onChange={(event) => setTo(event.target.value)} /></label>
        <label>on port <input className="field explain-port" required placeholder="3000/tcp" value={port} onChange={(event) => setPort(event.target.value)} /></label>
        <button type="submit" className="button primary">Explain</button>
      </form>
      {!complete && <Notice title="Ask about a connection">A pod is namespace/name; the name may be the workload’s. The answer names the deciding rule, and for a refusal the rule that came closest.</Notice>}
      {complete && answer.value === null && answer.loading && <Skeleton lines={5} label="Judging" />}
      {answer.failure !== null && <FailureNotice what="This cannot be explained" failure={answer.failure} />}
      {complete && answer.value !== null && answer.failure === null && <Answered explanation={answer.value} />}
    </div>
  );
}

function Answered({ explanation }: { readonly explanation: Explanation }) {
  return (
    <div className="explain-answer">
      <Section title="Verdict">
        <p className="sentence"><VerdictMark tone={judgementTone(explanation.verdict)} word={explanation.verdict} /> {explanation.sentence}</p>
      </Section>
      <div className="ends">
        <Side title="Leaving the source (egress)" side={explanation.egress} />
        <Side title="Entering the destination (ingress)" side={explanation.ingress} />
      </div>
      {explanation.patch !== undefined && <Section title="To allow it"><Patch title="Change" text={explanation.patch} />
        {explanation.alsoAdmits !== undefined && explanation.alsoAdmits.length > 0 && <p className="muted">It would also let in: {explanation.alsoAdmits.join(', ')}.</p>}
        {explanation.note !== undefined && <p className="muted">{explanation.note}</p>}
      </Section>}
      {explanation.notes !== undefined && explanation.notes.length > 0 && <Section title="Mind"><ul>{explanation.notes.map((note) => <li key={note}>{note}</li>)}</ul></Section>}
    </div>
  );
}

function Side({ title, side }: { readonly title: string; readonly side: ExplainedSide }) {
  const decided = side.rules.length > 0 ? side.rules : (side.defaultDenyBy ?? []);
  return (
    <Section title={title}>
      <p><VerdictMark tone={judgementTone(side.verdict)} word={side.verdict} />{side.why !== undefined && <span className="muted"> {side.why}</span>}</p>
      {decided.length > 0 && <ul>{decided.map((rule) => <li key={rule}>{side.rules.length > 0 ? 'By' : 'Default deny of'} <code>{rule}</code></li>)}</ul>}
      {side.nearest !== undefined && <p>Nearest: <code>{side.nearest.rule}</code> misses by {side.nearest.missed}</p>}
    </Section>
  );
}
