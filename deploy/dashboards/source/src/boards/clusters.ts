import type { Dashboard, Row } from '../model.js';
import { bars, lines, stat, table } from '../panels.js';
import { orZero, rate, series, sum, sumBy, topRates } from '../promql.js';
import { cluster, node } from '../variables.js';

const nodes = 'node=~"$node"';
const of = (metric: string, ...matchers: string[]) => rate(series(metric, nodes, ...matchers));
const gauge = (metric: string) => series(metric, nodes);

const fleet: Row = {
  title: 'Fleet View',
  panels: [
    table('traffic', 'Current Traffic by Cluster', [
      { expr: sumBy(['cluster'], of('cilium_forward_bytes_total', 'direction="EGRESS"')), legend: 'Sent by pods' },
      { expr: sumBy(['cluster'], of('cilium_forward_bytes_total', 'direction="INGRESS"')), legend: 'Received by pods' },
      { expr: sumBy(['cluster'], of('cilium_drop_bytes_total')), legend: 'Dropped' },
    ], { unit: 'bytes/s', description: 'A line for each cluster: bytes of its pods, a second, that passed and that were dropped.', height: 5 }),
    lines('bytes-cluster', 'Bytes Forwarded by Cluster', sumBy(['cluster'], of('cilium_forward_bytes_total')), { unit: 'bytes/s', legend: '{{cluster}}', description: 'Bytes from and to pods, IP headers included.' }),
    lines('drop-bytes-cluster', 'Bytes Dropped by Cluster', sumBy(['cluster'], of('cilium_drop_bytes_total')), { unit: 'bytes/s', legend: '{{cluster}}', description: 'Bytes of the packets that were dropped at pods.' }),
    lines('packets-cluster', 'Packets Forwarded by Cluster', sumBy(['cluster'], of('cilium_forward_count_total')), { unit: 'packets/s', legend: '{{cluster}}', description: 'Packets from and to pods.' }),
    lines('drop-packets-cluster', 'Packets Dropped by Cluster', sumBy(['cluster'], of('cilium_drop_count_total')), { unit: 'packets/s', legend: '{{cluster}}', description: 'Packets dropped at pods, by policy or because they are malformed.' }),
  ],
};

const traffic: Row = {
  title: 'Traffic',
  panels: [
    lines('bytes-node', 'Bytes Forwarded by Node', sumBy(['node', 'direction'], of('cilium_forward_bytes_total')), { unit: 'bytes/s', legend: '{{node}} {{direction}}', description: 'Seen from the pods: EGRESS is what they send.' }),
    lines('packets-node', 'Packets Forwarded by Node', sumBy(['node', 'direction'], of('cilium_forward_count_total')), { unit: 'packets/s', legend: '{{node}} {{direction}}', description: 'Seen from the pods: EGRESS is what they send.' }),
    bars('top-senders', 'Top Senders', topRates(10, 'source', gauge('weir_pod_bytes_total')), { unit: 'bytes/s', legend: '{{source}}', description: 'Pods, or what is outside of them, that send most bytes.' }),
    bars('top-receivers', 'Top Receivers', topRates(10, 'destination', gauge('weir_pod_bytes_total')), { unit: 'bytes/s', legend: '{{destination}}', description: 'Pods, or what is outside of them, that receive most bytes.' }),
  ],
};

const drops: Row = {
  title: 'Drops',
  panels: [
    lines('drops-reason', 'Packets Dropped by Reason', sumBy(['reason', 'direction'], of('cilium_drop_count_total')), { unit: 'packets/s', legend: '{{reason}} {{direction}}', description: 'Why packets were dropped, counted in the kernel: none is missing.' }),
    lines('drops-node', 'Packets Dropped by Node', sumBy(['node'], of('cilium_drop_count_total')), { unit: 'packets/s', legend: '{{node}}', description: 'On which nodes packets were dropped.' }),
    lines('drop-bytes-reason', 'Bytes Dropped by Reason', sumBy(['reason', 'direction'], of('cilium_drop_bytes_total')), { unit: 'bytes/s', legend: '{{reason}} {{direction}}', description: 'The bytes of those packets.' }),
    lines('drop-share', 'Share of Packets Dropped', `100 * ${sumBy(['node'], of('cilium_drop_count_total'))} / (${sumBy(['node'], of('cilium_drop_count_total'))} + ${sumBy(['node'], of('cilium_forward_count_total'))})`, { unit: 'percent', legend: '{{node}}', description: 'Dropped packets among all packets of the node.' }),
  ],
};

const connections: Row = {
  title: 'Connections',
  panels: [
    lines('tcp-flags', 'TCP Connections by Flag', sumBy(['flag'], of('hubble_tcp_flags_total')), { unit: 'flows/s', legend: '{{flag}}', description: 'Opened (SYN), answered (SYN-ACK), closed (FIN) and reset (RST), at the pods that send and at those that receive.' }),
    lines('verdicts', 'Connections by Policy Verdict', sumBy(['direction', 'action'], of('hubble_policy_verdicts_total')), { unit: 'connections/s', legend: '{{direction}} {{action}}', description: 'What policy decided about connections as they were opened.' }),
    lines('world', 'Flows to the Outside World', sumBy(['protocol', 'verdict'], of('hubble_flows_to_world_total')), { unit: 'flows/s', legend: '{{protocol}} {{verdict}}', description: 'Flows to addresses that are neither pods nor nodes.' }),
    bars('ports', 'Top Ports', topRates(10, 'port', gauge('hubble_port_distribution_total')), { unit: 'flows/s', legend: '{{port}}', description: 'The ports that forwarded flows go to.' }),
  ],
};

const quantile = (metric: string) => `histogram_quantile(0.99, ${sumBy(['node', 'le'], of(`${metric}_bucket`))})`;

const health: Row = {
  title: 'Nodes',
  panels: [
    stat('up', 'Nodes that Answer', 'sum(weir_hub_node_up{node=~"$node"})', { unit: 'nodes', description: 'Nodes whose metrics the hub can have.', width: 6 }),
    stat('pods', 'Pods', sum(gauge('weir_endpoints')), { unit: 'pods', description: 'Pods whose traffic Weir sees and decides.', width: 6 }),
    stat('proxies', 'Proxies Connected', sum(gauge('weir_proxy_up')), { unit: 'nodes', description: 'Nodes whose proxy for DNS and HTTP is connected to the agent.', width: 6 }),
    stat('lost', 'Events Lost', orZero(sum(of('hubble_lost_events_total')), gauge('hubble_flows_processed_total')), { unit: 'events/s', description: 'Events that metrics and flows did not see. Enforcement is not affected.', width: 6 }),
    lines('tables', 'Fullest Kernel Tables', `topk(5, max by (node, table) (100 * ${gauge('weir_datapath_table_entries')} / ${gauge('weir_datapath_table_capacity')}))`, { unit: 'percent', legend: '{{node}} {{table}}', description: 'How full the tables are that the kernel decides by. A full one refuses what is new.' }),
    lines('apply', 'Time until Policy Is in Force (99th Percentile)', quantile('weir_policy_apply_duration_seconds'), { unit: 'seconds', legend: '{{node}}', description: 'From a change that the agent saw to its enforcement in the kernel.' }),
    lines('dns-proxy', 'DNS Proxy Latency (99th Percentile)', quantile('weir_proxy_dns_duration_seconds'), { unit: 'seconds', legend: '{{node}}', description: 'From the question of a pod under a DNS rule to its answer, the name server included.' }),
    lines('store-lag', 'Flow Logs: Age of the Newest Row', 'weir_store_lag_seconds{node=~"$node"}', { unit: 'seconds', legend: '{{node}}', description: 'How old the newest flow of a node’s last batch was when the hub had stored it.' }),
  ],
};

export const clusters: Dashboard = {
  id: 'clusters', title: 'Clusters', source: 'metrics',
  description: 'Traffic and drops of whole clusters and their nodes, and the health of Weir itself.',
  variables: [cluster, node], follows: ['node'],
  rows: [fleet, traffic, drops, connections, health],
};
