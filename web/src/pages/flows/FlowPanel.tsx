import { useState } from 'react';
import { flowDetail } from '../../api/hub';
import { CopyButton } from '../../components/CopyButton';
import { FailureNotice, Skeleton } from '../../components/Notice';
import { Section, SidePanel } from '../../components/SidePanel';
import { VerdictMark } from '../../components/VerdictMark';
import { Value } from '../../components/Value';
import { When } from '../../components/When';
import type { End, FlowRow } from '../../domain/flow';
import { endName } from '../../domain/flow';
import type { FlowDetail } from '../../domain/hub';
import { flowTone, verdictWord } from '../../domain/verdict';
import { useAsk } from '../../state/ask';
import { Deciding } from '../Deciding';
import { FlowWay } from './FlowWay';
import { LayerSeven } from './columns';

interface FlowPanelProps {
  readonly id: string;
  readonly time: string;
  readonly onClose: () => void;
  readonly onSelect: (flow: FlowRow) => void;
}

/** All about one flow: the sentence, its way, both ends, the rule that decided, what happened around it, the raw record. */
export function FlowPanel({ id, time, onClose, onSelect }: FlowPanelProps) {
  const detail = useAsk(`${id} ${time}`, (signal) => flowDetail(id, time, signal));
  const flow = detail.value?.flow;
  return (
    <SidePanel label="Flow" onClose={onClose}
      title={flow === undefined ? 'Flow' : <><VerdictMark tone={flowTone(flow)} word={verdictWord(flow)} /> <span className="muted"><When time={flow.time} withDay /></span></>}>
      {detail.value !== null
        ? <Contents detail={detail.value} onSelect={onSelect} />
        : detail.failure !== null
          ? <FailureNotice what="This flow cannot be shown" failure={detail.failure} again={detail.again} />
          : <Skeleton lines={10} label="Loading the flow" />}
    </SidePanel>
  );
}

function Contents({ detail, onSelect }: { readonly detail: FlowDetail; readonly onSelect: (flow: FlowRow) => void }) {
  const { flow, copy } = detail;
  const [raw, setRaw] = useState(false);
  return (
    <>
      <Section title="What happened">
        <p className="sentence">{detail.sentence}</p>
        <div className="row wrap">
          <CopyButton label="Link" text={window.location.href} />
          {copy.hubble !== undefined && <CopyButton label="hubble observe" text={copy.hubble} />}
          {copy.kql !== undefined && <CopyButton label="KQL" text={copy.kql} />}
          {copy.policyTest !== undefined && <CopyButton label="Policy test" text={copy.policyTest} />}
        </div>
      </Section>
      <Section title="Way of the packet"><FlowWay stops={detail.way} /></Section>
      <Deciding rule={detail.rule} nearest={detail.nearest} dropped={flow.verdict === 'DROPPED'} />
      <Section title="Ends"><div className="ends"><EndFields title="Source" side="from" end={flow.source} /><EndFields title="Destination" side="to" end={flow.destination} /></div></Section>
      <Section title="Related flows">
        {detail.related.length === 0
          ? <p className="muted">No other flow of this connection or name within five minutes.</p>
          : <Related flows={detail.related} onSelect={onSelect} />}
      </Section>
      <Section title="Raw" actions={<CopyButton label="Copy JSON" text={JSON.stringify(detail.raw, null, 2)} />}>
        <button type="button" className="button small" aria-expanded={raw} onClick={() => setRaw(!raw)}>{raw ? 'Hide' : 'Show'} the record as Hubble sends it</button>
        {raw && <pre className="raw" tabIndex={0}>{JSON.stringify(detail.raw, null, 2)}</pre>}
      </Section>
    </>
  );
}

function EndFields({ title, side, end }: { readonly title: string; readonly side: 'from' | 'to'; readonly end: End }) {
  return (
    <div>
      <h4>{title}</h4>
      <dl className="fields">
        {end.pod !== undefined && <Field name="Pod"><Value term={{ key: 'pod', side, value: `${end.namespace ?? ''}/${end.pod}` }}>{end.namespace}/{end.pod}</Value></Field>}
        {end.workload !== undefined && <Field name={end.workloadKind ?? 'Workload'}><Value term={{ key: 'workload', side, value: `${end.namespace ?? ''}/${end.workload}` }}>{end.workload}</Value></Field>}
        {end.service !== undefined && <Field name="Service">{end.service}</Field>}
        {end.names.length > 0 && <Field name="DNS names">{end.names.map((name) => <div key={name}><Value term={{ key: 'dns', side, value: name }}>{name}</Value></div>)}</Field>}
        <Field name="Address"><Value className="mono" term={{ key: 'ip', side, value: end.ip }}>{end.ip}</Value>{end.port !== undefined && <span className="mono faint">:{end.port}</span>}</Field>
        <Field name="Identity"><Value term={{ key: 'identity', side, value: String(end.identity) }}>{end.identity}</Value>{end.entity !== undefined && ` ${end.entity}`}</Field>
        {end.labels.length > 0 && <Field name="Labels">{end.labels.map((label) => <div key={label}><Value className="mono" term={{ key: 'label', side, value: label }}>{label}</Value></div>)}</Field>}
      </dl>
    </div>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Related({ flows, onSelect }: { readonly flows: readonly FlowRow[]; readonly onSelect: (flow: FlowRow) => void }) {
  return (
    <table className="related">
      <thead className="unseen"><tr><th>Time</th><th>Flow</th><th>Verdict</th></tr></thead>
      <tbody>{flows.map((flow) => (
        <tr key={flow.id} className="clickable" onClick={() => onSelect(flow)}>
          <td><button type="button" className="value" onClick={() => onSelect(flow)}><When time={flow.time} /></button></td>
          <td>{endName(flow.source)} → {endName(flow.destination)}{flow.destination.port !== undefined && <span className="faint">:{flow.destination.port}</span>} <LayerSeven flow={flow} /></td>
          <td><VerdictMark tone={flowTone(flow)} word={verdictWord(flow)} /></td>
        </tr>
      ))}</tbody>
    </table>
  );
}
