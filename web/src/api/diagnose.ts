import type { Diagnosis } from '../domain/diagnosis';
import { getJson } from './http';

export const diagnosis = (scope: URLSearchParams, signal: AbortSignal) => getJson<Diagnosis>(`/ui/api/diagnose?${scope.toString()}`, signal);
