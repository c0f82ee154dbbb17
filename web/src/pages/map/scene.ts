import type { Camera } from '../../domain/camera';
import type { Curve } from '../../domain/curve';
import type { MapNode } from '../../domain/map';
import type { Box, Places, Point } from '../../domain/placement';
import type { Palette } from './palette';

/** All that one picture of the map shows. */
export interface Scene {
  readonly nodes: readonly MapNode[];
  /** How long the range of the map is; counts become rates with it. */
  readonly seconds: number;
  readonly places: Places;
  readonly curves: readonly Curve[];
  readonly quietCurves: readonly Curve[];
  readonly deniedCurves: readonly Curve[];
  /** One curve for each pair of namespaces and verdict, for the far view. */
  readonly farCurves: readonly Curve[];
  readonly clusters: ReadonlyMap<string, Box>;
}

/** What the pointer and the keyboard chose. */
export interface Emphasis {
  readonly hovered: string | null;
  readonly selected: string | null;
  /** When set, what is not in it is drawn faint. */
  readonly kept: ReadonlySet<string> | null;
}

/** When a card was first seen, in milliseconds of the page's clock; new ones fade in. */
export type FirstSeen = ReadonlyMap<string, number>;

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
}

/** From far only blocks are drawn, nearer names, near everything. */
export function detailOf(scale: number): 'far' | 'middle' | 'near' {
  return scale < 0.3 ? 'far' : scale < 0.5 ? 'middle' : 'near';
}

/** The part of the map that the frame shows. */
export function seen(frame: Frame): { left: number; right: number; top: number; bottom: number } {
  const { camera, width, height } = frame;
  const at = (x: number, y: number): Point => ({ x: (x - camera.x) / camera.scale, y: (y - camera.y) / camera.scale });
  const first = at(0, 0);
  const last = at(width, height);
  return { left: first.x, top: first.y, right: last.x, bottom: last.y };
}
