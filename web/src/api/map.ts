import type { MapData } from '../domain/map';
import { getJson } from './http';

export const mapPath = (scope: URLSearchParams, live: boolean) => `/ui/api/map${live ? '/live' : ''}?${scope.toString()}`;

export const mapOf = (scope: URLSearchParams, signal: AbortSignal) => getJson<MapData>(mapPath(scope, false), signal);
