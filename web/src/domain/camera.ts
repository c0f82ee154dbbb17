import type { Box, Point } from './placement';

/** What part of the map is seen: a map point p is at p * scale + (x, y) of the screen. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const least = 0.06;
const most = 2;
/** A small map is not blown up beyond this. */
const largestFit = 1.3;

export const toScreen = (camera: Camera, point: Point): Point => ({ x: point.x * camera.scale + camera.x, y: point.y * camera.scale + camera.y });
export const toMap = (camera: Camera, point: Point): Point => ({ x: (point.x - camera.x) / camera.scale, y: (point.y - camera.y) / camera.scale });

/** Zooms so that what is under `at` stays there. */
export function zoomed(camera: Camera, factor: number, at: Point): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, least), most);
  const fixed = toMap(camera, at);
  return { scale, x: at.x - fixed.x * scale, y: at.y - fixed.y * scale };
}

/** Shows a box whole and in the middle, not much larger than natural size. */
export function fitted(box: Box, width: number, height: number, margin = 24): Camera {
  const scale = Math.min(Math.max(Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height), least), largestFit);
  return { scale, x: (width - box.width * scale) / 2 - box.x * scale, y: (height - box.height * scale) / 2 - box.y * scale };
}

/** Brings a point to the middle; zooms in when the cards could not be read. */
export function centred(camera: Camera, point: Point, width: number, height: number): Camera {
  const scale = Math.max(camera.scale, 0.8);
  return { scale, x: width / 2 - point.x * scale, y: height / 2 - point.y * scale };
}
