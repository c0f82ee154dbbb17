import type { FlowRow } from './flow';

/** What a check found in a policy. `line` counts from 1 in its YAML. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly rule?: string;
  readonly line?: number;
  readonly message: string;
  readonly mend?: string;
}

export interface PolicyEntry {
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** How many pods it selects. */
  readonly selects: number;
  /** Flows that one of its rules decided, and those that it refused. */
  readonly hits: number;
  readonly denied: number;
  readonly lastHit?: string;
  readonly findings: readonly Finding[];
  readonly valid: boolean;
  readonly message?: string;
}

export interface RuleLine {
  readonly line: number;
  readonly rule: string;
  readonly direction: string;
  readonly hits: number;
  readonly lastFlow?: FlowRow;
}

export interface PolicyRevision {
  readonly time: string;
  readonly revision: number | string;
  readonly change: string;
  readonly yaml?: string;
  readonly verdictChanges?: number;
}

export interface PolicyDetail extends PolicyEntry {
  readonly yaml: string;
  readonly lines: readonly RuleLine[];
  readonly pods: readonly string[];
  readonly revisions: readonly PolicyRevision[];
}

export type Judgement = 'allowed' | 'denied' | 'redirected';

export interface Explanation {
  readonly verdict: Judgement;
  readonly sentence: string;
  readonly ingress: ExplainedSide;
  readonly egress: ExplainedSide;
  readonly patch?: string;
  readonly alsoAdmits?: readonly string[];
  readonly note?: string;
  readonly notes?: readonly string[];
}

export interface ExplainedSide {
  readonly verdict: string;
  readonly why?: string;
  /** Rules as `namespace/policy egress[0]`. */
  readonly rules: readonly string[];
  readonly defaultDenyBy?: readonly string[];
  readonly nearest?: { readonly rule: string; readonly field: string; readonly missed: string };
}

export interface Matrix {
  readonly names: readonly string[];
  readonly cells: readonly { readonly from: string; readonly to: string; readonly verdict: string; readonly ports: string }[];
}

export interface TrialResult {
  readonly findings: readonly Finding[];
  readonly flows: number;
  readonly changes: readonly TrialChange[];
}

export interface TrialChange {
  readonly source: string;
  readonly destination: string;
  readonly port: number | string;
  readonly protocol: string;
  readonly before: string;
  readonly after: string;
  readonly flows: number;
  readonly rule?: string;
}

/** `Kind/namespace/name` as the address has it; a cluster policy has `-` for its namespace. */
export function policyKey(policy: { readonly kind: string; readonly namespace?: string; readonly name: string }): string {
  return `${policy.kind}/${policy.namespace === undefined || policy.namespace === '' ? '-' : policy.namespace}/${policy.name}`;
}

/** The worst of the findings, for the mark in the list. */
export function worst(findings: readonly Finding[]): Finding['severity'] | null {
  return (['error', 'warning', 'note'] as const).find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}

/** How a judgement is drawn: denied like a drop, redirected like L7. */
export function judgementTone(verdict: string): 'forwarded' | 'dropped' | 'redirected' {
  if (/den|drop/i.test(verdict)) return 'dropped';
  return /redirect|l7/i.test(verdict) ? 'redirected' : 'forwarded';
}
