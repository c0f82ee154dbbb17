import type { FlowRow, RuleName } from './flow';

/** Who is signed in, and where. */
export interface Session {
  readonly role: 'operator' | 'viewer';
  readonly csrf: string;
  readonly expires: string;
  readonly cluster: string;
  readonly version: string;
}

export interface NodeState {
  readonly name: string;
  readonly state: 'connected' | 'unavailable';
  readonly message?: string;
  readonly flowsPerSecond: number;
  readonly lost: number;
}

/** How much of what happened the hub knows of; `share` is between 0 and 1. */
export interface Coverage {
  readonly share: number;
  readonly seen: number;
  readonly lost: number;
  readonly lostBy: readonly { readonly node: string; readonly source: string; readonly count: number }[];
}

export interface HubState {
  readonly cluster: string;
  readonly version: string;
  readonly now: string;
  readonly nodes: readonly NodeState[];
  readonly coverage: Coverage;
  readonly namespaces: readonly string[];
  readonly earliest: string | null;
}

export interface FlowPage {
  readonly flows: readonly FlowRow[];
  readonly more: boolean;
  readonly coverage?: Coverage;
  readonly aggregatedBefore?: string;
}

/** One piece of a live stream: at most 200 flows, ten times a second; `skipped` matched as well but were left out. */
export interface FlowFrame {
  readonly frame: number;
  readonly flows: readonly FlowRow[];
  readonly skipped: number;
  readonly lost: number;
  readonly nodes?: readonly { readonly name: string; readonly state: string }[];
  readonly coverage?: number;
}

export interface WayStop {
  readonly stop: string;
  readonly state: 'passed' | 'stopped' | 'proxy' | 'unknown';
  readonly detail: string;
}

/** A rule with the text that it was read from; `line` counts from 1, and 0 means the whole policy. */
export interface RuleText {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly yaml: string;
  readonly line: number;
}

/** The rule that came closest to allowing a flow, and what it lacks. */
export interface NearestRule {
  readonly namespace?: string;
  /** Left out when no rule came near, and only a mend is known. */
  readonly name?: string;
  /** The rule's place in its policy, such as `egress[0]`, and the field of it that does not match. */
  readonly rule?: string;
  readonly field?: string;
  readonly missed?: string;
  readonly mend?: string;
  /** What the mend would let through besides. */
  readonly alsoAdmits?: readonly string[];
  readonly note?: string;
}

export interface FlowDetail {
  readonly flow: FlowRow;
  readonly raw: unknown;
  readonly sentence: string;
  readonly way: readonly WayStop[];
  readonly rule?: RuleText;
  readonly nearest?: NearestRule;
  readonly related: readonly FlowRow[];
  readonly copy: { readonly hubble?: string; readonly kql?: string; readonly policyTest?: string };
}

/** Flows a bin: seconds since 1970, forwarded, dropped, error responses. */
export interface Timeline {
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
  readonly points: readonly (readonly [number, number, number, number])[];
  /** There was more than could be counted in time. */
  readonly partial?: boolean;
}

/** A change of a policy, marked on every timeline. */
export interface Revision {
  readonly time: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly change: string;
}

export type { RuleName };
