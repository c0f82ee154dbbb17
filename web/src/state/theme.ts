import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'dark' | 'light';
const key = 'weir.theme';
const listeners = new Set<() => void>();

function read(): Theme {
  const stored = window.localStorage.getItem(key);
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

export function setTheme(theme: Theme): void {
  window.localStorage.setItem(key, theme);
  putOnDocument();
  for (const listener of listeners) listener();
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');

function resolved(): 'dark' | 'light' {
  const theme = read();
  return theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

/** Puts the theme on the document, where the tokens look: before any component hears of it, since editor and canvases read colours from there. */
function putOnDocument(): void {
  document.documentElement.dataset['theme'] = resolved();
}

putOnDocument();
dark.addEventListener('change', putOnDocument);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener('change', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read);
}

/** The theme that is on the document, which the system's may be ahead of by a moment: colours are read from there. */
const onDocument = () => (document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark');

/** The theme in force: what was chosen, or what the system says. Canvas drawings use this to draw again. */
export function useResolvedTheme(): 'dark' | 'light' {
  return useSyncExternalStore(subscribe, onDocument);
}
