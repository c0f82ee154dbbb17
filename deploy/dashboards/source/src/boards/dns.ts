import type { Dashboard, Panel, Row } from '../model.js';
import { bars, heatmap, lines, stacked, stat, table } from '../panels.js';
import { increase, orZero, pods, rate, series, sum, sumBy, topRates } from '../promql.js';
import { cluster, namespace, node, workload } from '../variables.js';

const failed = 'rcode!="No Error"';
const denied = 'rcode="Policy denied"';

/** The panels of both dashboards; `asks` and `gets` choose the questions and the answers. An answer runs towards the pod that asked. */
function dns(asks: string, gets: string, isCluster: boolean): Row[] {
  const queries = (...more: string[]) => series('hubble_dns_queries_total', asks, ...more);
  const answers = (...more: string[]) => series('hubble_dns_responses_total', gets, ...more);
  const asked = sum(rate(queries()));
  const answered = `(${sum(rate(answers()))} or 0 * ${asked})`;
  const missing = `100 * clamp_min(1 - ${answered} / (${asked} > 0), 0)`;
  const byType = (selector: string) => sumBy(['qtypes'], rate(selector));

  const snapshot: Panel[] = [
    lines('requests', 'DNS Requests and Responses', [
      { expr: asked, legend: 'requests' },
      { expr: sum(rate(answers())), legend: 'responses' },
      { expr: missing, legend: 'Requests missing Response (%)', isShare: true },
    ], { unit: 'requests/s', description: 'Questions and answers, a second. A question is seen where a DNS rule covers the pod.', width: 16 }),
    stat('missing', 'Requests Missing a Response', missing, { unit: 'percent', description: 'The share of questions without an answer: refused by a rule, or lost.', width: 8, height: 8 }),
    lines('errors', 'DNS Errors', sumBy(['rcode', 'qtypes'], rate(answers(failed))), { unit: 'answers/s', legend: '{{rcode}} ({{qtypes}})', description: 'Answers that say anything but "No Error". That a name does not exist is usual where search lists are tried.' }),
    isCluster
      ? lines('errors-node', 'DNS Errors by Node', sumBy(['node'], rate(answers(failed))), { unit: 'answers/s', legend: '{{node}}', description: 'On which nodes lookups fail.' })
      : lines('errors-pod', 'DNS Errors by Pod', sumBy(['destination'], rate(answers(failed))), { unit: 'answers/s', legend: '{{destination}}', description: 'Which pods’ lookups fail.' }),
  ];
  const level: Panel[] = [
    lines('refused', 'DNS Requests Refused by Policy', sumBy(['source'], rate(queries(denied))), { unit: 'requests/s', legend: '{{source}}', description: 'Questions for names that no DNS rule of the pod allows.' }),
    lines('ips', 'DNS Response IPs Return', sumBy(['ips_returned'], rate(answers())), { unit: 'answers/s', legend: '{{ips_returned}} addresses', description: 'How many addresses answers have; none is an answer of 0.' }),
    lines('missing-type', 'DNS Missing Response by Query Type', `clamp_min(${byType(queries())} - (${byType(answers())} or 0 * ${byType(queries())}), 0)`, { unit: 'requests/s', legend: '{{qtypes}}', description: 'Questions without an answer, a second: a difference of rates, not of counters since the start.' }),
    lines('types', 'DNS Requests by Query Type', byType(queries()), { unit: 'requests/s', legend: '{{qtypes}}', description: 'What kinds of records are asked for.' }),
  ];
  const top: Panel[] = [
    bars('top-queries', 'Top Queries', topRates(10, 'query', queries()), { unit: 'requests/s', legend: '{{query}}', description: 'The names that are asked for most. Needs the option query of the metric dns, which is on unless changed.' }),
    bars('top-errors', 'Top Queries with Errors', topRates(10, 'query', answers(failed)), { unit: 'answers/s', legend: '{{query}}', description: 'The names whose lookups fail most.' }),
    bars('top-pods', isCluster ? 'Top Pods with DNS Errors' : 'Pods with DNS Errors', topRates(10, 'destination', answers(failed)), { unit: 'answers/s', legend: '{{destination}}', description: 'The pods whose lookups fail most.' }),
    bars('top', 'Top Pods by DNS Requests', topRates(10, 'source', queries()), { unit: 'requests/s', legend: '{{source}}', description: 'The pods that ask most.' }),
    table('responses', 'DNS Response Table', `topk(50, ${sumBy(['query', 'qtypes', 'rcode', 'ips_returned'], increase(answers()))} > 0)`, { unit: 'answers', legend: 'Answers', description: 'Answers in this time by name, type, code and number of addresses, the fifty that came most often.', height: 9 }),
  ];
  const rows: Row[] = [
    { title: isCluster ? 'Cluster Snapshot' : 'Workload Snapshot', panels: snapshot },
    { title: isCluster ? 'Cluster-Level' : 'Workload-Level', panels: level },
    { title: 'Top', panels: top },
  ];
  if (!isCluster) {
    rows.push({
      title: 'Pods',
      panels: [
        heatmap('heat', 'Heatmap of DNS Requests of the Top 10 Pods', topRates(10, 'source', queries()), { unit: 'requests/s', legend: '{{source}}', description: 'Which pods ask when.' }),
        stacked('stack', 'Stacked (Total) DNS Requests by Pod', sumBy(['source'], rate(queries())), { unit: 'requests/s', legend: '{{source}}', description: 'The pods’ questions on top of each other.' }),
        stat('refused-now', 'Refused by Policy Now', orZero(sum(rate(queries(denied))), queries()), { unit: 'requests/s', description: 'Questions for names that no DNS rule allows.', width: 24 }),
      ],
    });
  }
  return rows;
}

export const dnsCluster: Dashboard = {
  id: 'dns-cluster', title: 'DNS (Cluster)', source: 'metrics',
  description: 'Name lookups of all pods that a DNS rule covers: how many, which fail, which get no answer.',
  variables: [cluster, node], follows: ['node'],
  rows: dns('node=~"$node"', 'node=~"$node"', true),
};

export const dnsWorkload: Dashboard = {
  id: 'dns-workload', title: 'DNS (Workload)', source: 'metrics',
  description: 'Name lookups of the pods of one workload, or of several.',
  variables: [cluster, namespace, workload], follows: ['namespace', 'workload'],
  rows: dns(pods('workload', 'source'), pods('workload', 'destination'), false),
};
