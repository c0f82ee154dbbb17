import { Failure } from '../domain/failure';
import type { Problem } from '../domain/failure';

let csrf = '';

/** Requests that change something carry this token; it comes with the session. */
export function rememberCsrf(token: string): void {
  csrf = token;
}

interface Refusal {
  readonly error?: { message?: string; code?: string; start?: number; length?: number; errors?: Problem[] };
}

/** Sends a request to the hub; a refusal or a hub that does not answer becomes a `Failure` with a sentence for the reader. */
export async function send(path: string, options: RequestInit = {}): Promise<Response> {
  const changes = options.method !== undefined && options.method !== 'GET';
  let response: Response;
  try {
    response = await fetch(path, {
      ...options,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(changes && csrf !== '' ? { 'X-Weir-Csrf': csrf } : {}),
      },
    });
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new Failure(0, 'The hub does not answer. Check that it runs and that this machine reaches it.');
  }
  if (response.ok) return response;
  const refusal = (await response.json().catch(() => ({}))) as Refusal;
  const error = refusal.error;
  throw new Failure(
    response.status,
    error?.message ?? `The hub answered ${response.status} ${response.statusText}.`,
    error?.code,
    error?.start,
    error?.length,
    error?.errors,
  );
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { method: 'POST', body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) });
  return (await response.json()) as T;
}
