import type { Tone } from '../../domain/verdict';

/** The tokens that the canvas needs, read from the style sheet so that both themes have one source. */
export interface Palette {
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

/** Puts the theme on the document first: the canvas may be drawn before the shell has done so. */
export function readPalette(theme: string): Palette {
  document.documentElement.dataset['theme'] = theme;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: token('ground'), surface: token('surface'), raised: token('raised'), line: token('line'), lineStrong: token('line-strong'),
    text: token('text'), text2: token('text-2'), text3: token('text-3'), accent: token('accent'), droppedGround: token('dropped-ground'),
    tone: { forwarded: token('forwarded'), dropped: token('dropped'), error: token('error'), redirected: token('redirected'), audit: token('audit') },
    font: token('font'),
  };
}
