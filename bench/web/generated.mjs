// Flows and maps as the hub sends them, made up but of real shape; the same every time.
let seed = 7;
const random = () => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];

const namespaces = Array.from({ length: 20 }, (_, index) => `team-${String(index + 1).padStart(2, '0')}`);
const roles = ['web', 'api', 'orders', 'stock', 'mail', 'search', 'cache', 'db', 'queue', 'auth'];
const tiers = { web: 'entry', db: 'store', cache: 'store', queue: 'store' };

/** 500 workloads in 20 namespaces. */
export const workloads = Array.from({ length: 500 }, (_, index) => {
  const role = roles[index % roles.length];
  const namespace = namespaces[index % namespaces.length];
  const name = `${role}-${Math.floor(index / 20) + 1}`;
  return {
    namespace, name, role, id: `${namespace}/Deployment/${name}`, pod: `${name}-7d9c6b5f4-${(index * 7919).toString(36).slice(0, 5)}`,
    ip: `10.244.${index >> 6}.${(index & 63) + 2}`, identity: 20_000 + index, labels: [`k8s:app=${name}`, `k8s:io.kubernetes.pod.namespace=${namespace}`],
  };
});

const end = (workload, port) => ({
  namespace: workload.namespace, pod: workload.pod, workload: workload.name, workloadKind: 'Deployment', ip: workload.ip, port, identity: workload.identity, names: [], labels: workload.labels,
});

let number = 0;
/** One flow at a time in milliseconds since 1970. */
export function flow(at) {
  const from = pick(workloads);
  const to = pick(workloads);
  const chance = random();
  const dropped = chance < 0.08;
  const l7 = chance > 0.6 ? { kind: 'http', request: chance > 0.8, method: 'GET', url: `http://${to.name}/items/${Math.floor(chance * 1000)}`, code: chance > 0.8 ? undefined : chance > 0.62 ? 200 : 503 } : null;
  return {
    id: `bench-${++number}`, time: new Date(at).toISOString().replace('Z', '0000Z'), verdict: dropped ? 'DROPPED' : 'FORWARDED', type: l7 === null ? 'L3_L4' : 'L7',
    event: dropped ? 'policy-verdict' : 'to-endpoint', direction: chance > 0.5 ? 'INGRESS' : 'EGRESS', reply: false, protocol: l7 === null ? 'TCP' : 'HTTP',
    source: end(from, 32_768 + Math.floor(random() * 28_000)), destination: end(to, 8080), l7, summary: 'TCP Flags: SYN', ...(dropped ? { reason: 'POLICY_DENIED' } : {}),
    rules: dropped ? [] : [{ effect: 'allow', direction: 'ingress', kind: 'CiliumNetworkPolicy', namespace: to.namespace, name: `allow-${to.name}`, field: 'ingress', rule: 0 }], node: `node-${1 + Math.floor(random() * 8)}`,
  };
}

/** A map of all workloads with 2,000 connections: three in four stay in their namespace. */
export function map() {
  const edges = new Map();
  while (edges.size < 2000) {
    const from = pick(workloads);
    const near = random() < 0.75 ? workloads.filter((each) => each.namespace === from.namespace) : workloads;
    const to = pick(near);
    if (from === to) continue;
    const chance = random();
    const verdict = chance < 0.06 ? 'dropped' : chance < 0.1 ? 'error' : chance < 0.2 ? 'redirected' : 'forwarded';
    const id = `${from.id}>${to.id}:8080:${verdict}`;
    edges.set(id, { id, from: from.id, to: to.id, port: 8080, protocol: 'TCP', verdict, flows: 1000, rate: Math.exp(random() * 7), dropShare: verdict === 'dropped' ? 1 : 0, names: [], rules: [] });
  }
  const spark = () => Array.from({ length: 20 }, () => random() * 100);
  const nodes = workloads.map((each) => ({
    id: each.id, kind: 'workload', namespace: each.namespace, name: each.name, workloadKind: 'Deployment', tier: tiers[each.role] ?? 'service', ports: [{ port: 8080, protocol: 'TCP', flows: 1000 }],
    endpoints: [], rate: random() * 400, drops: random() < 0.05 ? 40 : 0, spark: spark(), dropSpark: Array(20).fill(0),
  }));
  return { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString(), nodes, edges: [...edges.values()], hiddenSystem: 0 };
}
