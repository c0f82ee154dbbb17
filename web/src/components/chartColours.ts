/** Tokens for lines that are no verdicts; told apart by their lightness as well as by their hue. */
const chartColours = ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-5', 'chart-6', 'chart-7', 'chart-8'];

const verdictTokens: readonly (readonly [RegExp, string])[] = [
  [/\bdropped\b/i, 'dropped'], [/\b(?:forwarded|allowed)\b/i, 'forwarded'], [/\bredirected\b/i, 'redirected'], [/\baudit\b/i, 'audit'], [/\berrors?\b/i, 'error'],
];

/** The colour token of a line: a verdict keeps its own, the rest take the palette in order. */
export function seriesToken(name: string, index: number): string {
  return verdictTokens.find(([word]) => word.test(name))?.[1] ?? chartColours[index % chartColours.length] ?? 'accent';
}

/** Two lines of one colour are told apart by their dashes. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Tokens and dashes for a chart's lines, none twice while there are enough. */
export function lineStyles(names: readonly string[]): { readonly token: string; readonly dash: readonly number[] }[] {
  const used = new Map<string, number>();
  return names.map((name, index) => {
    const token = seriesToken(name, index);
    const before = used.get(token) ?? 0;
    used.set(token, before + 1);
    return { token, dash: dashes[before % dashes.length] ?? [] };
  });
}
