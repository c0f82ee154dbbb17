import type { Tone } from '../../domain/verdict';

/** The tokens that the canvas needs, read from the style sheet so that both themes have one source. */
export interface Palette {
  readonly theme: string;
  readonly ground: string;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly droppedGround: string;
  readonly tone: Readonly<Record<Tone, string>>;
  readonly font: string;
}

/** The colours of the theme that is on the document now. */
export function readPalette(theme: string): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    theme, ground: token('ground'), surface: token('surface'), raised: token('raised'), line: token('line'), lineStrong: token('line-strong'),
    text: token('text'), text2: token('text-2'), text3: token('text-3'), accent: token('accent'), droppedGround: token('dropped-ground'),
    tone: { forwarded: token('forwarded'), dropped: token('dropped'), error: token('error'), redirected: token('redirected'), audit: token('audit') },
    font: token('font'),
  };
}
