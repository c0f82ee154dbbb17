import { useEffect, useRef } from 'react';

/** Keys by name, such as `/`, `?`, `Escape`, `ArrowDown`, or a sequence `g m`. A handler that returns false lets the key pass. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const sequenceMs = 1200;

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** Listens on the whole page, but for keys typed into a field. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let first = '';
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return;
      const sequence = event.timeStamp - at < sequenceMs && first !== '' ? `${first} ${event.key}` : event.key;
      const handler = latest.current[sequence] ?? latest.current[event.key];
      first = event.key.length === 1 ? event.key : '';
      at = event.timeStamp;
      if (handler !== undefined && handler(event) !== false) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
