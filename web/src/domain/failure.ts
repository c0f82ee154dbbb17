/** What the hub says when it refuses; the message names the place and how to mend it. `start` and `length` point into a filter or a query. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = '',
    readonly start?: number,
    readonly length?: number,
    readonly details: readonly Problem[] = [],
  ) {
    super(message);
  }
}

/** One error inside a query text. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly length: number;
}
