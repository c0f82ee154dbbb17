import type { Tone } from '../domain/verdict';
import { tones } from '../domain/verdict';

/** A verdict: its mark, its colour and its word, so that the colour is never alone. */
export function VerdictMark({ tone, word }: { readonly tone: Tone; readonly word?: string }) {
  return (
    <span className={`verdict tone-${tone}`}>
      <span className="verdict-mark" aria-hidden="true">{tones[tone].mark}</span>
      {word ?? tones[tone].word}
    </span>
  );
}

/** A stroke as the map draws it, for legends. */
export function ToneStroke({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={`tone-${tone}`} width="26" height="8" aria-hidden="true">
      <line x1="1" y1="4" x2="25" y2="4" stroke="currentColor" strokeWidth="2" strokeDasharray={tones[tone].dash.join(' ')}
        strokeLinecap={tone === 'dropped' ? 'round' : 'butt'} />
    </svg>
  );
}

/** What the colours mean; shown on each page where they first appear. */
export function Legend({ tones: shown }: { readonly tones: readonly Tone[] }) {
  return (
    <ul className="legend" aria-label="Legend">
      {shown.map((tone) => (
        <li key={tone} title={tones[tone].meaning}>
          <ToneStroke tone={tone} /> <VerdictMark tone={tone} />
        </li>
      ))}
    </ul>
  );
}
