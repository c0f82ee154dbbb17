const known = new Map<string, string>();

/** Cuts a text to a width with an ellipsis; measured once for each text, font and width. */
export function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font} ${width} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  let cut = text;
  if (context.measureText(text).width > width) {
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    cut = `${text.slice(0, low)}…`;
  }
  if (known.size > 5000) known.clear();
  known.set(key, cut);
  return cut;
}
