import { useCallback, useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import type { Camera } from '../../domain/camera';

/** The camera lives outside of React: a pan moves the picture without drawing a component. */
export interface CameraHandle {
  readonly camera: RefObject<Camera>;
  /** Moves the camera and asks for a picture. */
  readonly move: (camera: Camera) => void;
  /** Asks for a picture with the next frame of the screen. */
  readonly request: () => void;
}

/** Pictures are drawn at most once a frame; `paint` says whether another is needed right after it. */
export function useCamera(paint: (camera: Camera, now: number) => boolean): CameraHandle {
  const camera = useRef<Camera>({ x: 0, y: 0, scale: 1 });
  const asked = useRef(0);
  const latest = useRef(paint);
  useEffect(() => {
    latest.current = paint;
  });

  const request = useCallback(() => {
    if (asked.current !== 0) return;
    const tick = (now: number) => {
      asked.current = 0;
      if (latest.current(camera.current, now)) asked.current = requestAnimationFrame(tick);
    };
    asked.current = requestAnimationFrame(tick);
  }, []);
  const move = useCallback((next: Camera) => {
    camera.current = next;
    request();
  }, [request]);
  useEffect(() => () => cancelAnimationFrame(asked.current), []);
  return { camera, move, request };
}
