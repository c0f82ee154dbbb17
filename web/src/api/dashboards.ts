import type { Dashboard, PanelData } from '../domain/dashboard';
import { getJson } from './http';

export const dashboards = (signal: AbortSignal) => getJson<Dashboard[]>('/ui/api/dashboards', signal);

export const panelData = (dashboard: string, panel: string, parameters: URLSearchParams, signal: AbortSignal) =>
  getJson<PanelData>(`/ui/api/dashboards/${encodeURIComponent(dashboard)}/${encodeURIComponent(panel)}?${parameters.toString()}`, signal);
