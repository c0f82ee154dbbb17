import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { centred, fitted, zoomed } from '../../domain/camera';
import type { Camera } from '../../domain/camera';
import type { Point } from '../../domain/placement';
import { bounds, cardHeight, cardWidth } from '../../domain/placement';
import { draw } from './draw';
import { Handles } from './Handles';
import type { Hit } from './hit';
import { readPalette } from './palette';
import type { Emphasis, Scene } from './scene';
import { detailOf } from './scene';
import { Tooltip } from './Tooltip';
import { useCamera } from './useCamera';
import { usePointer } from './usePointer';

/** The legend lies over the lower edge of the map. */
const legendHeight = 40;

export interface MapControl {
  zoom(factor: number): void;
  fit(): void;
  centre(id: string): void;
}

interface MapCanvasProps {
  readonly scene: Scene;
  readonly emphasis: Emphasis;
  readonly theme: string;
  readonly arrangement: string;
  readonly control: Ref<MapControl>;
  readonly onHover: (id: string | null) => void;
  readonly onChoose: (hit: Hit | null, how: 'show' | 'exclude') => void;
}

/** The drawing of the map: pan by dragging, zoom by wheel or + and −, hover for numbers, click for details. */
export function MapCanvas({ scene, emphasis, theme, arrangement, control, onHover, onChoose }: MapCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const size = useRef({ width: 0, height: 0 });
  const firstSeen = useRef(new Map<string, number>());
  /** Whether the reader still sees the whole map as it was fitted; then it is fitted again when the space changes. */
  const untouched = useRef(true);
  const [tip, setTip] = useState<{ hit: Hit; at: Point; width: number } | null>(null);
  const palette = useMemo(() => readPalette(theme), [theme]);

  const paint = useCallback((camera: Camera, now: number) => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (context === null || context === undefined) return false;
    if (overlay.current !== null) overlay.current.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.scale})`;
    return draw({ context, palette, camera, ...size.current }, scene, emphasis, firstSeen.current, now);
  }, [palette, scene, emphasis]);
  const handle = useCamera(paint);
  const { request, camera } = handle;
  const place = handle.move;
  const move = useCallback((next: Camera) => {
    untouched.current = false;
    place(next);
  }, [place]);

  const fit = useCallback(() => {
    untouched.current = true;
    const { width } = size.current;
    const height = size.current.height - legendHeight;
    const whole = fitted(bounds(scene.nodes, scene.places), width, height);
    // When the whole map could not be read, what is chosen and its neighbours are shown instead.
    const chosen = emphasis.selected === null || detailOf(whole.scale) === 'near' ? [] : scene.nodes.filter((node) => emphasis.kept?.has(node.id) === true);
    place(chosen.length === 0 ? whole : fitted(bounds(chosen, scene.places), width, height));
  }, [place, scene, emphasis]);
  useImperativeHandle(control, () => ({
    zoom: (factor) => move(zoomed(camera.current, factor, { x: size.current.width / 2, y: size.current.height / 2 })),
    fit,
    centre: (id) => {
      const card = scene.places.get(id);
      if (card !== undefined) move(centred(camera.current, { x: card.x + cardWidth / 2, y: card.y + cardHeight / 2 }, size.current.width, size.current.height));
    },
  }), [move, camera, fit, scene]);

  useEffect(() => {
    const now = performance.now();
    const first = firstSeen.current.size === 0;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const node of scene.nodes) if (!firstSeen.current.has(node.id)) firstSeen.current.set(node.id, first || still ? 0 : now);
    request();
  }, [scene, emphasis, palette, request]);

  const latestFit = useRef(fit);
  useEffect(() => {
    latestFit.current = fit;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      size.current = { width: element.clientWidth, height: element.clientHeight };
      if (canvas.current !== null) {
        canvas.current.width = Math.round(size.current.width * window.devicePixelRatio);
        canvas.current.height = Math.round(size.current.height * window.devicePixelRatio);
      }
      if (untouched.current) latestFit.current();
      else request();
    });
    observer.observe(element);
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const rect = element.getBoundingClientRect();
      move(zoomed(camera.current, Math.exp(-event.deltaY * 0.0015), { x: event.clientX - rect.left, y: event.clientY - rect.top }));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, [move, request, camera]);

  // A map is fitted when it is first laid out, or grouped anew; after that it is where the reader left it.
  const isLaidOut = scene.places.size > 0;
  useEffect(() => {
    if (isLaidOut && size.current.width > 0) latestFit.current();
  }, [isLaidOut, arrangement]);

  const pointer = usePointer({ camera, request, move }, scene, (hit, at) => {
    setTip(hit === null || hit.kind === 'cluster' ? null : { hit, at, width: size.current.width });
    onHover(hit === null ? null : hit.kind === 'node' || hit.kind === 'opener' ? hit.node.id : hit.kind === 'edge' ? hit.edge.id : null);
  }, (hit, event) => {
    setTip(null);
    onChoose(hit, event.altKey ? 'exclude' : 'show');
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move({ ...camera.current, x: camera.current.x + (step[0] ?? 0), y: camera.current.y + (step[1] ?? 0) });
  };

  return (
    <div ref={box} className={`map-box ${tip === null ? '' : 'map-pointing'}`} {...pointer} onKeyDown={onKeyDown}>
      <canvas ref={canvas} className="map-canvas" tabIndex={0} role="img"
        aria-label={`Map of ${scene.nodes.length} cards and ${scene.curves.length} connections. The connections are listed under Connections.`} />
      <div ref={overlay} className="map-overlay"><Handles scene={scene} onChoose={onChoose} /></div>
      {tip !== null && <Tooltip hit={tip.hit} at={tip.at} width={tip.width} nodes={scene.nodes} />}
    </div>
  );
}
