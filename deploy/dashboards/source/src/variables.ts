import type { Variable } from './model.js';

/** The clusters whose series there are. */
export const cluster: Variable = { kind: 'metrics', name: 'cluster', label: 'Cluster', query: 'label_values(weir_build_info, cluster)' };

export const node: Variable = { kind: 'metrics', name: 'node', label: 'Nodes', query: 'label_values(weir_build_info{cluster=~"$cluster"}, node)' };

/** The namespaces of pods that have sent something; a flow's ends are called `namespace/pod`. */
export const namespace: Variable = {
  kind: 'metrics', name: 'namespace', label: 'Namespace',
  query: 'label_values(hubble_flows_processed_total{cluster=~"$cluster",source=~".+/.+"}, source)', regex: '/^([^/]+)\\//',
};

/** The workloads of those namespaces: a pod's name without what Kubernetes puts behind it. */
export const workload: Variable = {
  kind: 'metrics', name: 'workload', label: 'Workload',
  query: 'label_values(hubble_flows_processed_total{cluster=~"$cluster",source=~"($namespace)/.+"}, source)',
  regex: '/^[^/]+\\/(.+?)(?:(?:-[b-df-hj-np-tv-xz2-9]{6,10})?-[b-df-hj-np-tv-xz2-9]{5}|-[0-9]+)?$/',
};
