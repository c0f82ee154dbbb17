import type { Completion } from '../domain/filter';
import type { FlowDetail, FlowPage, HubState, Revision, Session, Timeline } from '../domain/hub';
import { getJson, postJson, rememberCsrf, send } from './http';

const sessionPath = '/ui/api/session';

export async function currentSession(): Promise<Session> {
  return remembered(await getJson<Session>(sessionPath));
}

export async function signIn(token: string): Promise<Session> {
  return remembered(await postJson<Session>(sessionPath, { token }));
}

export async function signOut(): Promise<void> {
  await send(sessionPath, { method: 'DELETE' });
  rememberCsrf('');
}

function remembered(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}

export const hubState = (signal: AbortSignal) => getJson<HubState>('/ui/api/state', signal);

export const flows = (scope: URLSearchParams, limit: number, signal?: AbortSignal) =>
  getJson<FlowPage>(`/ui/api/flows?${extended(scope, { limit: String(limit) })}`, signal);

/** The traffic of a view as a test of policies, with what was seen as what is expected. */
export const policyTest = (scope: URLSearchParams) =>
  getJson<{ policyTest: string; tests: number; more: boolean }>(`/ui/api/flows/policy-test?${scope.toString()}`);

export const flowDetail = (id: string, time: string, signal: AbortSignal) =>
  getJson<FlowDetail>(`/ui/api/flows/${encodeURIComponent(id)}?time=${encodeURIComponent(time)}`, signal);

export const timeline = (scope: URLSearchParams, bins: number, signal: AbortSignal) =>
  getJson<Timeline>(`/ui/api/timeline?${extended(scope, { bins: String(bins) })}`, signal);

export const revisions = (from: string, to: string, signal: AbortSignal) =>
  getJson<Revision[]>(`/ui/api/revisions?${new URLSearchParams({ from, to }).toString()}`, signal);

export async function completions(filter: string, caret: number, namespaces: readonly string[], signal: AbortSignal): Promise<readonly Completion[]> {
  const parameters = new URLSearchParams({ q: filter, at: String(caret) });
  if (namespaces.length > 0) parameters.set('ns', namespaces.join(','));
  const answer = await getJson<{ items: Completion[]; start?: number; length?: number }>(`/ui/api/complete?${parameters.toString()}`, signal);
  const { start, length } = answer;
  return answer.items.map((item) => ({ ...item, ...(start === undefined || length === undefined ? {} : { start, length }) }));
}

function extended(scope: URLSearchParams, more: Record<string, string>): string {
  const all = new URLSearchParams(scope);
  for (const [key, value] of Object.entries(more)) all.set(key, value);
  return all.toString();
}
