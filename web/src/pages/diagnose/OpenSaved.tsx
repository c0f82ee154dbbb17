import { useRef } from 'react';
import { Failure } from '../../domain/failure';
import type { DiagnosisBundle } from '../../domain/diagnosisBundle';
import { readBundle } from '../../domain/diagnosisBundle';

interface OpenSavedProps {
  readonly onOpen: (bundle: DiagnosisBundle) => void;
  readonly onFailure: (sentence: string) => void;
}

/** Opens a diagnosis that somebody saved. The file stays in the browser; the hub is not asked. */
export function OpenSaved({ onOpen, onFailure }: OpenSavedProps) {
  const input = useRef<HTMLInputElement>(null);
  const read = (file: File | undefined) => {
    if (file === undefined) return;
    file.text().then((text) => onOpen(readBundle(text))).catch((reason: unknown) => {
      onFailure(`${file.name} cannot be opened. ${reason instanceof Failure ? reason.message : String(reason)}`);
    });
    if (input.current !== null) input.current.value = ''; // the same file may be chosen again once it is mended
  };
  return (
    <>
      <input ref={input} type="file" accept="application/json,.json" hidden aria-label="Saved diagnosis" onChange={(event) => read(event.target.files?.[0])} />
      <button type="button" className="button" onClick={() => input.current?.click()}>Open a saved report</button>
    </>
  );
}
