import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { completions } from '../api/hub';
import { Icon } from '../components/Icon';
import type { Completion } from '../domain/filter';
import { applyCompletion, completeKeys, parseFilter, withoutTerm } from '../domain/filter';
import { useAsk } from '../state/ask';

interface FilterBarProps {
  readonly filter: string;
  readonly namespaces: readonly string[];
  /** Each new number puts the caret into the bar. */
  readonly focus: number;
  readonly onChange: (filter: string) => void;
}

/** The filter as chips; as text while it is edited. */
export function FilterBar({ filter, namespaces, focus, onChange }: FilterBarProps) {
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState(focus);
  if (asked !== focus) {
    setAsked(focus);
    setEditing(true);
  }
  if (editing) {
    return <FilterText filter={filter} namespaces={namespaces} onDone={(next) => {
      setEditing(false);
      if (next !== null) onChange(next);
    }} />;
  }
  const terms = parseFilter(filter);
  return (
    <div className="filter" role="group" aria-label="Filter">
      <Icon name="search" size={14} />
      {terms.map((term, index) => (
        <span key={term.text} className={`chip ${term.excluded ? 'chip-excluded' : ''} ${term.key === '' ? 'chip-odd' : ''}`}>
          <span className="cut">{term.text}</span>
          <button type="button" className="chip-close" aria-label={`Remove ${term.text}`} onClick={() => onChange(withoutTerm(filter, index))}><Icon name="close" size={10} /></button>
        </span>
      ))}
      <button type="button" className="filter-open" onClick={() => setEditing(true)} title="Edit the filter">
        {terms.length === 0 ? 'Filter, e.g. from:pod=pets/store-front verdict=dropped' : <span className="unseen">Edit the filter</span>}
      </button>
      <kbd title="Edit the filter">/</kbd>
    </div>
  );
}

function FilterText({ filter, namespaces, onDone }: {
  readonly filter: string; readonly namespaces: readonly string[]; readonly onDone: (filter: string | null) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(filter === '' ? '' : `${filter} `);
  const [caret, setCaret] = useState(text.length);
  const [active, setActive] = useState(-1);
  const placed = useRef<number | null>(text.length);

  useEffect(() => {
    input.current?.focus();
  }, []);
  useEffect(() => {
    if (placed.current === null) return;
    input.current?.setSelectionRange(placed.current, placed.current);
    placed.current = null;
  });

  const served = useAsk(`${text}\n${caret}`, (signal) => completions(text, caret, namespaces, signal));
  const items: readonly Completion[] = (served.value !== null && served.value.length > 0 ? served.value : completeKeys(text, caret)).slice(0, 12);

  const take = (item: Completion) => {
    const next = applyCompletion(text, caret, item);
    setText(next.filter);
    setCaret(next.caret);
    placed.current = next.caret;
    setActive(-1);
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = items[active];
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, items.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, -1));
    else if (event.key === 'Enter' && chosen !== undefined) take(chosen);
    else if (event.key === 'Enter') onDone(text.trim());
    else if (event.key === 'Tab' && !event.shiftKey && items[Math.max(active, 0)] !== undefined && text.trim() !== filter) take(items[Math.max(active, 0)] as Completion);
    else if (event.key === 'Escape') onDone(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="filter filter-editing">
      <Icon name="search" size={14} />
      <input ref={input} className="filter-input mono" role="combobox" aria-label="Filter" aria-expanded={items.length > 0} aria-controls={`${id}-list`}
        aria-autocomplete="list" aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined} spellCheck={false} autoComplete="off"
        value={text} placeholder="from:pod=pets/store-front verdict=dropped dns=*.microsoft.com !port=53"
        onChange={(event) => {
          setText(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setActive(-1);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown} onBlur={() => onDone(text.trim())} />
      <ul id={`${id}-list`} role="listbox" aria-label="Completions" className="completions pop" hidden={items.length === 0}>
        {items.map((item, index) => (
          <li key={item.text} id={`${id}-${index}`} role="option" aria-selected={index === active} className="menu-item"
            onPointerDown={(event) => {
              event.preventDefault();
              take(item);
            }}>
            <span className="mono">{item.text}</span><span className="faint cut">{item.detail}</span>
          </li>
        ))}
        <li role="presentation" className="completions-foot faint">Enter applies · Tab completes · Escape leaves</li>
      </ul>
    </div>
  );
}
