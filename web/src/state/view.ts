import { useMemo, useSyncExternalStore } from 'react';
import type { Page, View } from '../domain/view';
import { formatView, onPage, parseView } from '../domain/view';

const listeners = new Set<() => void>();
const announce = () => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', announce);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const address = () => window.location.pathname + window.location.search;

/** The view as the address bar has it now. */
export const currentView = () => parseView(window.location.pathname, window.location.search);

/** Shows a view: a new entry of the history, or in place of the current one when only a detail changed. */
export function show(view: View, how: 'push' | 'replace' = 'push'): void {
  const next = formatView(view);
  if (next === address()) return;
  if (how === 'push') window.history.pushState(null, '', next);
  else window.history.replaceState(null, '', next);
  announce();
}

/** Changes a part of the view. */
export const change = (part: Partial<View>, how: 'push' | 'replace' = 'push') => show({ ...currentView(), ...part }, how);

/** Changes what only this page knows; an empty text removes the key. */
export function changeDetail(part: Readonly<Record<string, string>>, how: 'push' | 'replace' = 'replace'): void {
  const view = currentView();
  show({ ...view, detail: { ...view.detail, ...part } }, how);
}

export const goTo = (page: Page, detail: Readonly<Record<string, string>> = {}) => show(onPage(currentView(), page, detail));

/** The view in the address bar; a component that calls this is drawn again when the view changes. */
export function useView(): View {
  const now = useSyncExternalStore(subscribe, address);
  return useMemo(() => {
    const [path = '/', search = ''] = now.split('?', 2);
    return parseView(path, search);
  }, [now]);
}
