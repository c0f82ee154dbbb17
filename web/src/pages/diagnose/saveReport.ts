import { flows } from '../../api/hub';
import { saveFile } from '../../components/saveFile';
import type { Diagnosis } from '../../domain/diagnosis';
import { bundleName, bundleText } from '../../domain/diagnosisBundle';
import type { FlowRow } from '../../domain/flow';
import { rangeLabel, spanOf } from '../../domain/timeRange';
import type { View } from '../../domain/view';
import { scopeParameters } from '../../domain/view';

/** Flows of each evidence that go into the file. */
const flowsOfEach = 10;

/** Saves a report with the newest flows of each evidence. A piece whose flows cannot be had is saved without. */
export async function saveReport(report: Diagnosis, cluster: string, view: View): Promise<void> {
  const span = spanOf(view.time, Date.parse(report.checkedAt));
  const [from, to] = [new Date(span.from).toISOString(), new Date(span.to).toISOString()];
  const kept: Record<string, readonly FlowRow[]> = {};
  await Promise.all(report.evidence.map(async ({ text, link }) => {
    if (link?.page !== 'flows' || link.q === undefined) return;
    const scope = scopeParameters({ ...view, filter: link.q, time: { kind: 'absolute', from, to } }, Date.now());
    const rows = (await flows(scope, flowsOfEach, new AbortController().signal).catch(() => null))?.flows ?? [];
    if (rows.length > 0) kept[text] = rows;
  }));
  const saved = new Date().toISOString();
  const question = { namespaces: view.namespaces, filter: view.filter, range: rangeLabel({ kind: 'absolute', from, to }), from, to };
  saveFile(bundleName(cluster, saved), new Blob([bundleText({ saved, cluster, question, report, flows: kept })], { type: 'application/json' }));
}
