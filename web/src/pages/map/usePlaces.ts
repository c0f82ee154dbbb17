import { useEffect, useRef, useState } from 'react';
import type { MapData } from '../../domain/map';
import type { Places } from '../../domain/placement';
import { isPlaced, settle } from '../../domain/placement';
import { layOut } from './layout';

/** Places survive a visit to another page: people come back to the map that they know. */
const remembered = new Map<string, Places>();

/**
 * Where the cards of a map stand. `arrangement` names the way it is grouped: each has places of its own.
 * `round` counts the times that somebody asked for a new layout.
 */
export function usePlaces(data: MapData | null, arrangement: string, round: number): { readonly places: Places; readonly failure: string | null } {
  const [places, setPlaces] = useState<Places>(remembered.get(arrangement) ?? new Map());
  const [failure, setFailure] = useState<string | null>(null);
  const shape = data === null ? '' : data.nodes.map((node) => node.id).sort().join('\n');
  const lastRound = useRef(round);

  useEffect(() => {
    if (data === null || data.nodes.length === 0) return;
    const known = lastRound.current === round ? (remembered.get(arrangement) ?? new Map<string, never>()) : new Map<string, never>();
    lastRound.current = round;
    let dropped = false;
    const use = (next: Places) => {
      if (dropped) return;
      remembered.set(arrangement, next);
      setPlaces(next);
    };
    if (isPlaced(data.nodes, known)) use(known);
    else layOut(data.nodes, data.edges).then((fresh) => use(settle(known, data.nodes, fresh)), (reason: unknown) => setFailure(String(reason)));
    return () => {
      dropped = true;
    };
    // Only a change of the set of cards moves anything; rates and edges come and go without it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape, arrangement, round]);

  return { places, failure };
}
