import type { WayStop } from '../../domain/hub';

const marks: Record<WayStop['state'], { readonly mark: string; readonly word: string }> = {
  passed: { mark: '✓', word: 'passed' },
  stopped: { mark: '✕', word: 'stopped here' },
  proxy: { mark: '◆', word: 'through the proxy' },
  unknown: { mark: '·', word: 'not seen' },
};

/** Where the packet went, as stops from the source to the destination. */
export function FlowWay({ stops }: { readonly stops: readonly WayStop[] }) {
  return (
    <ol className="way">
      {stops.map((stop) => (
        <li key={stop.stop} className={`way-stop way-${stop.state}`}>
          <span className="way-mark" aria-hidden="true">{marks[stop.state].mark}</span>
          <b>{stop.stop}</b>
          <span className="way-word">{marks[stop.state].word}</span>
          <span className="faint">{stop.detail}</span>
        </li>
      ))}
    </ol>
  );
}
