/** A piece of a YAML line and what it is, for quiet highlighting. Good for policies; not a parser. */
export interface YamlPiece {
  readonly kind: 'key' | 'mark' | 'text' | 'comment' | 'number';
  readonly text: string;
}

/** Cuts one line of YAML into its pieces. */
export function yamlPieces(line: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  const comment = commentStart(line);
  let rest = line.slice(0, comment);
  const marks = /^\s*(?:- +)*-?\s*/.exec(rest)?.[0] ?? '';
  if (marks !== '') pieces.push({ kind: 'mark', text: marks });
  rest = rest.slice(marks.length);
  const key = /^("[^"]*"|'[^']*'|[^\s:{}[\]"']+(?::[^\s:]+)*):(?=\s|$)/.exec(rest);
  if (key?.[1] !== undefined) {
    pieces.push({ kind: 'key', text: key[1] }, { kind: 'mark', text: ':' });
    rest = rest.slice(key[0].length);
  }
  if (rest !== '') pieces.push({ kind: /^\s*["']?\d+["']?\s*$/.test(rest) ? 'number' : 'text', text: rest });
  if (comment < line.length) pieces.push({ kind: 'comment', text: line.slice(comment) });
  return pieces;
}

function commentStart(line: string): number {
  const found = /(?:^|\s)#/.exec(line);
  return found === null ? line.length : found.index;
}
