/** Cuts a stream of text into whole lines; what has no end yet is kept for the next piece. */
export class LineCutter {
  private rest = '';

  /** The lines that `piece` completes. Empty lines are left out. */
  push(piece: string): string[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '');
  }
}
