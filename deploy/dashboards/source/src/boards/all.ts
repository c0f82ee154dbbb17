import type { Dashboard } from '../model.js';
import { clusters } from './clusters.js';
import { dnsCluster, dnsWorkload } from './dns.js';
import { dropsWorkload } from './drops.js';
import { flowLogsExternal, flowLogsInternal } from './flowLogs.js';
import { l7Namespace, l7Workload } from './l7.js';
import { podFlowsNamespace, podFlowsWorkload } from './podFlows.js';

/** Every dashboard, in the order in which the web UI lists them: the first is the one that it opens with. */
export const all: readonly Dashboard[] = [
  dropsWorkload, clusters, dnsCluster, dnsWorkload, podFlowsNamespace, podFlowsWorkload, l7Namespace, l7Workload, flowLogsInternal, flowLogsExternal,
];
