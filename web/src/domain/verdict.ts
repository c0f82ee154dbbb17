import type { FlowRow } from './flow';
import { isErrorResponse } from './flow';

/** How a verdict is drawn. Colour is never alone: each has a word, a stroke and a mark of its own. */
export type Tone = 'forwarded' | 'dropped' | 'error' | 'redirected' | 'audit';

export interface ToneStyle {
  readonly word: string;
  readonly mark: string;
  /** Lengths of the stroke's dashes and gaps in pixels; empty is solid. */
  readonly dash: readonly number[];
  readonly meaning: string;
}

export const tones: Readonly<Record<Tone, ToneStyle>> = {
  forwarded: { word: 'forwarded', mark: '→', dash: [], meaning: 'let through' },
  dropped: { word: 'dropped', mark: '✕', dash: [1.5, 4], meaning: 'stopped, by policy or by a fault' },
  error: { word: 'error', mark: '!', dash: [6, 4], meaning: 'answered with an error (HTTP 4xx or 5xx, DNS failure)' },
  redirected: { word: 'L7', mark: '◆', dash: [], meaning: 'seen by the proxy' },
  audit: { word: 'audit', mark: '○', dash: [8, 3, 2, 3], meaning: 'would be dropped if the policy were enforced' },
};

/** The tone of a flow: what happened to it matters more than where it was seen. */
export function flowTone(flow: FlowRow): Tone {
  if (flow.verdict === 'DROPPED') return 'dropped';
  if (flow.verdict === 'AUDIT') return 'audit';
  if (isErrorResponse(flow)) return 'error';
  if (flow.verdict === 'REDIRECTED' || flow.type === 'L7') return 'redirected';
  return 'forwarded';
}

/** The word in the verdict column. */
export function verdictWord(flow: FlowRow): string {
  const tone = flowTone(flow);
  if (tone === 'redirected') return flow.verdict === 'REDIRECTED' ? 'redirected' : 'forwarded';
  if (tone === 'forwarded') return flow.verdict.toLowerCase();
  return tones[tone].word;
}
