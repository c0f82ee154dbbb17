import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { yamlPieces } from '../domain/yaml';

interface YamlProps {
  readonly text: string;
  readonly label: string;
  /** Lines to mark, counted from 1; the first is scrolled to. */
  readonly marked?: readonly number[];
  /** What stands in the margin of a line. */
  readonly margin?: (line: number) => ReactNode;
  /** What stands below a line. */
  readonly below?: (line: number) => ReactNode;
}

/** YAML with line numbers, marked lines, and notes in the margin and between the lines. */
export function Yaml({ text, label, marked = [], margin, below }: YamlProps) {
  const first = useRef<HTMLSpanElement>(null);
  const lines = text.replace(/\n$/, '').split('\n');
  const target = marked[0];
  useEffect(() => {
    first.current?.scrollIntoView({ block: 'nearest' });
  }, [target, text]);
  return (
    <pre className={`yaml ${margin === undefined ? '' : 'yaml-margin'}`} tabIndex={0} aria-label={label}>
      {lines.map((line, index) => {
        const number = index + 1;
        const isMarked = marked.includes(number);
        return (
          <span key={number}>
            <span className={`yaml-line ${isMarked ? 'yaml-marked' : ''}`} ref={number === target ? first : undefined}>
              <span className="yaml-at" aria-hidden="true">{number}</span>
              <span className="yaml-text">
                {yamlPieces(line).map((piece, at) => <span key={at} className={`yaml-${piece.kind}`}>{piece.text}</span>)}
                {isMarked && <span className="unseen"> (marked)</span>}
                {'\n'}
              </span>
              {margin !== undefined && <span className="yaml-note">{margin(number)}</span>}
            </span>
            {below?.(number)}
          </span>
        );
      })}
    </pre>
  );
}
