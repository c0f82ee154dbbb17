/** A line of a comparison: in both, only in the old text, or only in the new one. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Compares two texts line by line by their longest common part. Meant for policies: a few hundred lines. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++] ?? '' });
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) lines.push({ sign: '-', text: a[i++] ?? '' });
    else lines.push({ sign: '+', text: b[j++] ?? '' });
  }
  return lines;
}

/** Only what changed, with `around` lines beside it; what is left out between two changes becomes one line of dots. */
export function diffText(before: string, after: string, around = 2): string {
  const lines = lineDiff(before, after);
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - around), index + around + 1).some((line) => line.sign !== ' '));
  const text: string[] = [];
  lines.forEach((line, index) => {
    if (near[index] === true) text.push(line.sign + line.text);
    else if (near[index - 1] === true) text.push(' …');
  });
  return text.join('\n');
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** Whether a text is a comparison (every line has its sign) and not YAML, whose list items begin with a dash as well. */
export function isDiff(text: string): boolean {
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  return lines.some((line) => line.startsWith('+')) && lines.every((line) => /^(?:[ +\-…]|@@)/.test(line) || /^\S+:\s*$/.test(line));
}
