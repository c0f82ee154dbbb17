import { drawCards, drawClusters } from './drawCards';
import { drawEdges } from './drawEdges';
import type { Emphasis, FirstSeen, Frame, Scene } from './scene';
import { detailOf } from './scene';

/** Draws one picture of the map. Returns whether another is needed because something still fades in. */
export function draw(frame: Frame, scene: Scene, emphasis: Emphasis, firstSeen: FirstSeen, now: number): boolean {
  const { context, camera, palette, width, height } = frame;
  const density = window.devicePixelRatio;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, height);
  context.setTransform(density * camera.scale, 0, 0, density * camera.scale, density * camera.x, density * camera.y);
  drawClusters(frame, scene.clusters);
  const far = detailOf(camera.scale) === 'far' && scene.farCurves.length > 0;
  if (far) {
    const fading = drawCards(frame, scene, emphasis, firstSeen, now);
    drawEdges(frame, scene.farCurves, emphasis);
    return fading;
  }
  drawEdges(frame, scene.quietCurves, emphasis);
  const fading = drawCards(frame, scene, emphasis, firstSeen, now);
  // Over the cards: what somebody looks at, and drops, which nothing may hide.
  drawEdges(frame, scene.quietCurves.filter(({ edge }) => edge.id === emphasis.hovered || edge.id === emphasis.selected), emphasis);
  drawEdges(frame, scene.deniedCurves, emphasis);
  return fading;
}
