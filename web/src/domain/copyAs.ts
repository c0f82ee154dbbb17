import { parseFilter } from './filter';
import type { Term } from './filter';
import type { TimeRange } from './timeRange';
import type { View } from './view';

/** `hubble observe …` that asks what the view asks, for a shell. A term that Hubble has no flag for becomes a comment. */
export function hubbleCommand(view: View): string {
  const words = ['hubble observe'];
  const unknown: string[] = [];
  if (view.namespaces.length > 0) for (const name of view.namespaces) words.push(`--namespace ${shell(name)}`);
  for (const term of parseFilter(view.filter)) {
    const flag = hubbleFlag(term);
    if (flag === null) unknown.push(term.text);
    else words.push(term.excluded ? `--not ${flag}` : flag);
  }
  words.push(...hubbleTime(view.time));
  const command = words.join(' ');
  return unknown.length === 0 ? command : `${command} # without ${unknown.join(' ')}: hubble has no such filter`;
}

const sided: Readonly<Record<string, string>> = {
  pod: 'pod', namespace: 'namespace', workload: 'workload', label: 'label', ip: 'ip', port: 'port', identity: 'identity', dns: 'fqdn',
};
const plain: Readonly<Record<string, string>> = {
  protocol: 'protocol', verdict: 'verdict', type: 'type', reason: 'drop-reason-desc', 'http.method': 'http-method', 'http.path': 'http-path',
  'http.status': 'http-status', node: 'node-name',
};

function hubbleFlag(term: Term): string | null {
  const value = shell(['verdict', 'reason'].includes(term.key) ? term.value.toUpperCase() : term.value);
  const plainFlag = plain[term.key];
  if (plainFlag !== undefined) return term.side === 'either' ? `--${plainFlag} ${value}` : null;
  const sidedFlag = sided[term.key];
  if (sidedFlag === undefined) return null;
  return `--${term.side === 'either' ? '' : `${term.side}-`}${sidedFlag} ${value}`;
}

function hubbleTime(time: TimeRange): string[] {
  if (time.kind === 'live') return ['--follow'];
  if (time.kind === 'absolute') return [`--since ${time.from}`, `--until ${time.to}`];
  return [`--since ${time.name === '7d' ? '168h' : time.name}`];
}

function shell(value: string): string {
  return /^[-A-Za-z0-9_./:=,@%]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** KQL over the flow log that asks what the view asks. */
export function kqlQuery(view: View): string {
  const lines = ['RetinaNetworkFlowLogs', `| where ${kqlTime(view.time)}`];
  if (view.namespaces.length > 0) {
    const names = view.namespaces.map(quote).join(', ');
    lines.push(`| where SourceNamespace in (${names}) or DestinationNamespace in (${names})`);
  }
  for (const term of parseFilter(view.filter)) {
    const condition = kqlCondition(term);
    lines.push(condition === null ? `// ${term.text}: no column of the flow log says this` : `| where ${term.excluded ? `not(${condition})` : condition}`);
  }
  lines.push('| order by TimeGenerated desc', '| take 1000');
  return lines.join('\n');
}

function kqlTime(time: TimeRange): string {
  if (time.kind === 'absolute') return `TimeGenerated between (datetime(${time.from}) .. datetime(${time.to}))`;
  return `TimeGenerated > ago(${time.kind === 'live' ? '5m' : time.name})`;
}

const quote = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function kqlCondition(term: Term): string | null {
  const either = (condition: (end: 'Source' | 'Destination') => string) =>
    term.side === 'from' ? condition('Source') : term.side === 'to' ? condition('Destination') : `(${condition('Source')} or ${condition('Destination')})`;
  const [namespace, name] = term.value.includes('/') ? term.value.split('/', 2) : ['', term.value];
  const named = (column: string, operator: string) =>
    either((end) => [
      ...(namespace === undefined || namespace === '' ? [] : [`${end}Namespace == ${quote(namespace)}`]),
      ...(name === undefined || name === '' ? [] : [`${end}${column} ${operator} ${quote(name)}`]),
    ].join(' and '));
  switch (term.key) {
    case 'pod': return named('PodName', 'startswith');
    case 'workload': return either((end) => [
      ...(namespace === undefined || namespace === '' ? [] : [`${end}Namespace == ${quote(namespace)}`]),
      `tostring(${end}Workloads[0].name) == ${quote(name ?? '')}`,
    ].join(' and '));
    case 'namespace': return either((end) => `${end}Namespace == ${quote(term.value)}`);
    case 'ip': return either((end) => `tostring(IP.${end.toLowerCase()}) == ${quote(term.value)}`);
    case 'port': return either((end) => {
      const field = `${end.toLowerCase()}_port`;
      return `coalesce(tostring(Layer4.TCP.${field}), tostring(Layer4.UDP.${field})) == ${quote(term.value)}`;
    });
    case 'verdict': return `Verdict == ${quote(term.value.toUpperCase())}`;
    case 'dns': return `tostring(Layer7.dns.query) contains ${quote(term.value.replace(/^\*+/, ''))}`;
    case 'http.method': return `tostring(Layer7.http.method) == ${quote(term.value.toUpperCase())}`;
    case 'http.status': return `tostring(Layer7.http.code) == ${quote(term.value)}`;
    case 'identity': return either((end) => `${end}Identity == ${/^\d+$/.test(term.value) ? term.value : '0'}`);
    case 'reason': return `DropReason =~ ${quote(term.value)}`;
    case 'node': return `NodeName == ${quote(term.value)}`;
    default: return null;
  }
}
