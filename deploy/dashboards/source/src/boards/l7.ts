import type { Dashboard, Row } from '../model.js';
import { heatmap, lines, stacked } from '../panels.js';
import type { Scope } from '../promql.js';
import { directions, pods, rate, series, sumBy, topRates } from '../promql.js';
import { cluster, namespace, workload } from '../variables.js';

/** The HTTP of a scope's pods, one direction after the other. Only requests that a rule with `http` covers are seen. */
function rows(scope: Scope): Row[] {
  const of = scope === 'namespace' ? '$namespace' : '$workload';
  return directions.map(({ id, word, end, Pods }) => {
    // A request is counted where a rule limits it: at the client for what it sends, at the server for what it receives.
    const reporter = `reporter="${end === 'source' ? 'client' : 'server'}"`;
    const requests = (...more: string[]) => series('hubble_http_requests_total', pods(scope, end), reporter, ...more);
    const duration = rate(series('hubble_http_request_duration_seconds_bucket', pods(scope, end), reporter));
    const drops = series('hubble_drop_total', pods(scope, end), 'protocol="HTTP"');
    const quantile = (q: number) => `histogram_quantile(${q}, ${sumBy(['le'], duration)})`;
    const panels = [
      lines(`${id}-requests`, `${word} HTTP Requests for Top 10 ${Pods} in ${of}`, topRates(10, end, requests()), { unit: 'requests/s', legend: `{{${end}}}`, description: 'Answered requests, refused ones included.' }),
      stacked(`${id}-stack`, `Stacked (Total) ${word} HTTP Requests by ${Pods}`, sumBy([end], rate(requests())), { unit: 'requests/s', legend: `{{${end}}}`, description: 'The pods’ requests on top of each other.' }),
      lines(`${id}-verdict`, `${word} HTTP Traffic by Verdict`, sumBy(['verdict'], rate(series('hubble_flows_processed_total', pods(scope, end), 'protocol="HTTP"'))), { unit: 'flows/s', legend: '{{verdict}}', description: 'Requests and their answers that rules let pass and refused.' }),
      lines(`${id}-status`, `${word} HTTP Requests by method and status count`, sumBy(['protocol', 'method', 'status'], rate(requests())), { unit: 'requests/s', legend: '{{protocol}} {{method}} {{status}}', description: 'A request that a rule refuses has status 403.' }),
      heatmap(`${id}-heat`, `Heatmap of ${word} HTTP Requests for the Top 10 ${Pods}`, topRates(10, end, requests()), { unit: 'requests/s', legend: `{{${end}}}`, description: 'Which pods when.' }),
      heatmap(`${id}-drop-heat`, `Heatmap of Dropped ${word} HTTP Requests for the Top 10 ${Pods}`, topRates(10, end, drops), { unit: 'requests/s', legend: `{{${end}}}`, description: 'Requests that a rule refused: which pods when.' }),
      stacked(`${id}-drops`, `Stacked (Total) ${word} HTTP Drops by ${Pods}`, sumBy([end], rate(drops)), { unit: 'requests/s', legend: `{{${end}}}`, description: 'Requests that a rule refused, the pods on top of each other.' }),
      lines(`${id}-duration`, `${word} HTTP Request Duration`, [{ expr: quantile(0.5), legend: 'p50' }, { expr: quantile(0.99), legend: 'p99' }], { unit: 'seconds', description: 'From request to answer, half of the requests and 99 of a hundred.' }),
    ];
    return { title: `${word} HTTP Flows (for ${of})`, panels };
  });
}

export const l7Namespace: Dashboard = {
  id: 'l7-namespace', title: 'L7 (Namespace)', source: 'metrics',
  description: 'HTTP requests from and to the pods of one namespace, or of several, as far as rules with http cover them.',
  variables: [cluster, namespace], follows: ['namespace'],
  rows: rows('namespace'),
};

export const l7Workload: Dashboard = {
  id: 'l7-workload', title: 'L7 (Workload)', source: 'metrics',
  description: 'HTTP requests from and to the pods of one workload, or of several, as far as rules with http cover them.',
  variables: [cluster, namespace, workload], follows: ['namespace', 'workload'],
  rows: rows('workload'),
};
