import type { ReactNode } from 'react';
import { Value } from '../../components/Value';
import { VerdictMark } from '../../components/VerdictMark';
import { When } from '../../components/When';
import type { End, FlowRow } from '../../domain/flow';
import { dnsAnswer, endName, endNameSource, endTerm, ruleLabel } from '../../domain/flow';
import { flowTone, verdictWord } from '../../domain/verdict';

/** A column of the table; `width` is a CSS grid track. */
export interface Column {
  readonly id: string;
  readonly title: string;
  readonly width: string;
  readonly cell: (flow: FlowRow) => ReactNode;
}

export const columns: readonly Column[] = [
  { id: 'time', title: 'Time', width: '104px', cell: (flow) => <When time={flow.time} /> },
  { id: 'source', title: 'Source', width: 'minmax(150px, 1.3fr)', cell: (flow) => <EndCell end={flow.source} side="from" /> },
  { id: 'destination', title: 'Destination', width: 'minmax(150px, 1.3fr)', cell: (flow) => <EndCell end={flow.destination} side="to" /> },
  { id: 'port', title: 'Port / L7', width: 'minmax(130px, 1.2fr)', cell: (flow) => <PortCell flow={flow} /> },
  { id: 'verdict', title: 'Verdict', width: '116px', cell: (flow) => <VerdictCell flow={flow} /> },
  { id: 'rule', title: 'Rule', width: 'minmax(120px, 1fr)', cell: (flow) => <RuleCell flow={flow} /> },
  { id: 'name', title: 'Name', width: 'minmax(110px, 1fr)', cell: (flow) => <NameCell flow={flow} /> },
  { id: 'direction', title: 'Direction', width: '84px', cell: (flow) => flow.direction.toLowerCase() + (flow.reply === true ? ' reply' : '') },
  { id: 'event', title: 'Event', width: '120px', cell: (flow) => <Value term={{ key: 'type', value: flow.type.toLowerCase() }} tabStop={false}>{flow.event}</Value> },
  { id: 'reason', title: 'Reason', width: '130px', cell: (flow) => flow.reason === undefined ? '' : <Value term={{ key: 'reason', value: flow.reason.toLowerCase() }} tabStop={false}>{flow.reason.toLowerCase()}</Value> },
  { id: 'service', title: 'Service', width: '130px', cell: (flow) => flow.destination.service ?? '' },
  { id: 'identity', title: 'Identities', width: '120px', cell: (flow) => `${flow.source.identity} → ${flow.destination.identity}` },
  { id: 'addresses', title: 'Addresses', width: '220px', cell: (flow) => <span className="mono">{flow.source.ip} → {flow.destination.ip}</span> },
  { id: 'node', title: 'Node', width: '110px', cell: (flow) => <Value term={{ key: 'node', value: flow.node }} tabStop={false}>{flow.node}</Value> },
  { id: 'summary', title: 'Summary', width: 'minmax(140px, 1fr)', cell: (flow) => flow.summary },
];

export const standardColumns = ['time', 'source', 'destination', 'port', 'verdict', 'rule', 'name'];

function EndCell({ end, side }: { readonly end: End; readonly side: 'from' | 'to' }) {
  return (
    <Value term={{ ...endTerm(end), side }} title={endNameSource(end)} tabStop={false}>
      {end.namespace !== undefined && <span className="faint">{end.namespace}/</span>}{endName(end)}
    </Value>
  );
}

function PortCell({ flow }: { readonly flow: FlowRow }) {
  const port = flow.destination.port;
  const asked = flow.reply === true ? flow.source.port : port;
  return (
    <>
      {asked !== undefined && <Value term={{ key: 'port', value: String(asked) }} tabStop={false}>{asked}</Value>}
      <span className="faint">{asked === undefined ? flow.protocol : ` ${flow.protocol}`}</span> <LayerSeven flow={flow} />
    </>
  );
}

/** What was asked or answered inside the connection. */
export function LayerSeven({ flow }: { readonly flow: FlowRow }) {
  const { l7 } = flow;
  if (l7 === null) return null;
  if (l7.kind === 'dns') return <span title={l7.request ? l7.query : `${l7.query ?? ''}: ${l7.ips?.join(', ') ?? dnsAnswer(l7)}`}>{l7.request ? `asks ${l7.query ?? ''}` : `${l7.query ?? ''}: ${dnsAnswer(l7)}`}</span>;
  return <span title={l7.url}>{l7.request ? `${l7.method ?? ''} ${pathOf(l7.url)}` : `${l7.code ?? ''} ${l7.method ?? ''} ${pathOf(l7.url)}`}</span>;
}

function pathOf(url: string | undefined): string {
  return url?.replace(/^[a-z]+:\/\/[^/]+/, '') ?? '';
}

function VerdictCell({ flow }: { readonly flow: FlowRow }) {
  return (
    <Value term={{ key: 'verdict', value: flow.verdict.toLowerCase() }} tabStop={false} title={flow.reason?.toLowerCase() ?? flow.verdict.toLowerCase()}>
      <VerdictMark tone={flowTone(flow)} word={verdictWord(flow)} />{flow.count !== undefined && flow.count > 1 && <span className="faint"> ×{flow.count}</span>}
    </Value>
  );
}

function RuleCell({ flow }: { readonly flow: FlowRow }) {
  const rule = flow.rules[0];
  if (rule === undefined) return flow.verdict === 'DROPPED' ? <span className="faint">{flow.reason?.toLowerCase() ?? 'no rule allows it'}</span> : null;
  return (
    <Value term={{ key: 'rule', value: rule.name }} tabStop={false} title={`${rule.effect} by ${rule.kind} ${rule.namespace ?? ''}/${rule.name}`}>
      {ruleLabel(rule)}{flow.rules.length > 1 && <span className="faint"> +{flow.rules.length - 1}</span>}
    </Value>
  );
}

function NameCell({ flow }: { readonly flow: FlowRow }) {
  const name = flow.l7?.query ?? flow.destination.names[0] ?? flow.source.names[0];
  if (name === undefined) return null;
  return <Value term={{ key: 'dns', value: name }} tabStop={false}>{name}</Value>;
}
