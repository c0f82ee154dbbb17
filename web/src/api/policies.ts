import type { Explanation, Matrix, PolicyDetail, PolicyEntry, TrialResult } from '../domain/policy';
import { getJson, postJson } from './http';

export const policies = (signal: AbortSignal) => getJson<PolicyEntry[]>('/ui/api/policies', signal);

/** `key` is `Kind/namespace/name`, with `-` for a cluster policy's namespace. */
export const policy = (key: string, signal: AbortSignal) => getJson<PolicyDetail>(`/ui/api/policies/${key.split('/').map(encodeURIComponent).join('/')}`, signal);

export const explain = (from: string, to: string, port: string, signal: AbortSignal) => postJson<Explanation>('/ui/api/policies/explain', { from, to, port }, signal);

export const matrix = (namespaces: readonly string[], signal: AbortSignal) => getJson<Matrix>(`/ui/api/policies/matrix?ns=${encodeURIComponent(namespaces.join(','))}`, signal);

/** Judges the flows of the last hours by a changed policy. Nothing is applied. */
export const tryChange = (yaml: string, hours: number, signal: AbortSignal) => postJson<TrialResult>('/ui/api/policies/try', { yaml, hours }, signal);
