import { Fragment, memo } from 'react';
import type { MouseEvent } from 'react';
import { perSecond } from '../../domain/format';
import { cardWidth, heightOf } from '../../domain/placement';
import type { Hit } from './hit';
import { canOpen, isWholeWorld, openerAt, openerSize } from './opener';
import type { Scene } from './scene';

/** On a larger map the list of connections is the way in for keyboard and screen reader. */
const mostHandles = 120;

interface HandlesProps {
  readonly scene: Scene;
  readonly onChoose: (hit: Hit, how: 'show' | 'exclude') => void;
}

/** Buttons over the drawn cards and gates, so that the keyboard and a screen reader reach them. The pointer's clicks are the map's own. */
export const Handles = memo(function Handles({ scene, onChoose }: HandlesProps) {
  if (scene.nodes.length > mostHandles) return null;
  const byKey = (hit: Hit) => (event: MouseEvent) => {
    if (event.detail === 0) onChoose(hit, 'show');
  };
  return (
    <>
      {scene.nodes.map((node) => {
        const place = scene.places.get(node.id);
        if (place === undefined) return null;
        const drops = node.drops > 0 ? `, ${node.drops} dropped` : '';
        return (
          <Fragment key={node.id}>
            <button type="button" className="map-handle" aria-label={`${node.name}${node.namespace === undefined ? '' : ` in ${node.namespace}`}, ${perSecond(node.rate)}${drops}`}
              style={{ left: place.x, top: place.y, width: cardWidth, height: heightOf(place) }} onClick={byKey({ kind: 'node', node })} />
            {canOpen(node) && (
              <button type="button" className="map-handle" aria-expanded={place.height !== undefined} aria-label={isWholeWorld(node) ? 'Split the world by name' : `Endpoints of ${node.name}`}
                style={{ left: openerAt(place).x, top: openerAt(place).y, width: openerSize, height: openerSize }} onClick={byKey({ kind: 'opener', node })} />
            )}
          </Fragment>
        );
      })}
      {scene.curves.map(({ edge, gate }) => gate !== null && (
        <button key={edge.id} type="button" className="map-handle map-gate" aria-label={`Denied: ${nameOf(scene, edge.from)} to ${nameOf(scene, edge.to)}, port ${edge.port}`}
          style={{ left: gate.x - 12, top: gate.y - 12 }} onClick={byKey({ kind: 'edge', edge })} />
      ))}
    </>
  );
});

function nameOf(scene: Scene, id: string): string {
  return scene.nodes.find((node) => node.id === id)?.name ?? id;
}
