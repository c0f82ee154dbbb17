import { lazy } from 'react';
import type { ComponentType } from 'react';
import type { IconName } from '../components/Icon';
import type { Page } from '../domain/view';
import { FlowsPage } from '../pages/flows/FlowsPage';

/** A page in the rail. Flows comes with the shell; the others load when they are opened. */
export interface PageEntry {
  readonly page: Page;
  readonly label: string;
  readonly icon: IconName;
  readonly key: string;
  readonly component: ComponentType;
}

export const pageEntries: readonly PageEntry[] = [
  { page: 'map', label: 'Map', icon: 'map', key: 'g m', component: lazy(() => import('../pages/map/MapPage')) },
  { page: 'flows', label: 'Flows', icon: 'flows', key: 'g f', component: FlowsPage },
  { page: 'logs', label: 'Logs', icon: 'logs', key: 'g l', component: lazy(() => import('../pages/logs/LogsPage')) },
  { page: 'dashboards', label: 'Dashboards', icon: 'dashboards', key: 'g d', component: lazy(() => import('../pages/dashboards/DashboardsPage')) },
  { page: 'policies', label: 'Policies', icon: 'policies', key: 'g p', component: lazy(() => import('../pages/policies/PoliciesPage')) },
  { page: 'diagnose', label: 'Diagnose', icon: 'diagnose', key: 'g i', component: lazy(() => import('../pages/diagnose/DiagnosePage')) },
];
