import { useRef } from 'react';
import type { PointerEvent } from 'react';
import { toMap } from '../../domain/camera';
import type { Point } from '../../domain/placement';
import type { Hit } from './hit';
import { hitAt } from './hit';
import type { Scene } from './scene';
import type { CameraHandle } from './useCamera';

export interface PointerHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave: () => void;
}

const clickSlack = 4;

/** Dragging pans; a press that does not move is a click on what lies there. */
export function usePointer(handle: CameraHandle, scene: Scene, onHover: (hit: Hit | null, at: Point) => void, onClick: (hit: Hit | null, event: PointerEvent) => void): PointerHandlers {
  const drag = useRef<{ from: Point; last: Point; moved: boolean } | null>(null);
  const where = (event: PointerEvent<HTMLElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const under = (at: Point) => hitAt(scene, toMap(handle.camera.current, at), 7 / handle.camera.current.scale);

  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      const at = where(event);
      drag.current = { from: at, last: at, moved: false };
    },
    onPointerMove: (event) => {
      const at = where(event);
      const held = drag.current;
      if (held === null) {
        onHover(under(at), at);
        return;
      }
      if (!held.moved && Math.hypot(at.x - held.from.x, at.y - held.from.y) > clickSlack) {
        held.moved = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onHover(null, at);
      }
      if (!held.moved) return;
      const camera = handle.camera.current;
      handle.move({ ...camera, x: camera.x + at.x - held.last.x, y: camera.y + at.y - held.last.y });
      held.last = at;
    },
    onPointerUp: (event) => {
      const held = drag.current;
      drag.current = null;
      if (held !== null && !held.moved) onClick(under(where(event)), event);
    },
    onPointerLeave: () => onHover(null, { x: 0, y: 0 }),
  };
}
