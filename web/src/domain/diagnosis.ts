/** What `weir diagnose` found, as a page. */
export interface Diagnosis {
  readonly status: 'ok' | 'problem' | 'blind';
  readonly headline: string;
  readonly cause?: string;
  readonly evidence: readonly Evidence[];
  readonly mend?: { readonly text: string; readonly yaml?: string };
  readonly checkedAt: string;
  /** There was more than could be read in time. */
  readonly partial?: boolean;
}

export interface Evidence {
  readonly text: string;
  readonly count: number;
  readonly link?: { readonly page: 'flows' | 'logs'; readonly q?: string; readonly kql?: string };
}
