import type { GalleryQuery, QueryResult, QuerySchema } from '../domain/query';
import { getJson, postJson, send } from './http';

export interface QueryRequest {
  readonly query: string;
  readonly from?: string;
  readonly to?: string;
}

export const runQuery = (request: QueryRequest, signal: AbortSignal) => postJson<QueryResult>('/ui/api/query', request, signal);
export const querySchema = (signal: AbortSignal) => getJson<QuerySchema>('/ui/api/schema', signal);
export const gallery = (signal: AbortSignal) => getJson<GalleryQuery[]>('/ui/api/gallery', signal);

export type ExportFormat = 'csv' | 'json' | 'parquet';

/** The result as a file, made by the hub from the same query. */
export async function exportQuery(request: QueryRequest, format: ExportFormat): Promise<Blob> {
  const response = await send(`/ui/api/query/export?format=${format}`, { method: 'POST', body: JSON.stringify(request) });
  return response.blob();
}
