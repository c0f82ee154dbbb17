import type { Diagnosis } from './diagnosis';
import { Failure } from './failure';
import type { FlowRow } from './flow';

/** A diagnosis as a file: the report, what was asked, and flows that prove it, so that it reads the same when the hub has forgotten them. */
export interface DiagnosisBundle {
  readonly kind: typeof bundleKind;
  readonly version: 1;
  readonly saved: string;
  readonly cluster: string;
  readonly question: Question;
  readonly report: Diagnosis;
  /** Flows by the text of the evidence that they prove. */
  readonly flows: Readonly<Record<string, readonly FlowRow[]>>;
}

export interface Question {
  readonly namespaces: readonly string[];
  readonly filter: string;
  /** The range in words, as it stood above the report. */
  readonly range: string;
  readonly from: string;
  readonly to: string;
}

export const bundleKind = 'weir-diagnosis';

export function bundleText(bundle: Omit<DiagnosisBundle, 'kind' | 'version'>): string {
  return `${JSON.stringify({ kind: bundleKind, version: 1, ...bundle } satisfies DiagnosisBundle, null, 2)}\n`;
}

/** `diagnosis-lab-20261129-045919.json` */
export const bundleName = (cluster: string, saved: string) =>
  `diagnosis-${cluster.replace(/[^\w.-]+/g, '-')}-${saved.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.json`;

/** Reads a saved diagnosis; a file that is none is refused with the place and what is expected there. */
export function readBundle(text: string): DiagnosisBundle {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(0, 'The file is no JSON. Choose a file that was saved with "Save" on this page.');
  }
  const root = fields(value, 'The file');
  if (root['kind'] !== bundleKind) throw new Failure(0, `The file's kind is ${said(root['kind'])}; expected "${bundleKind}". Choose a file that was saved with "Save" on this page.`);
  if (root['version'] !== 1) throw new Failure(0, `The file's version is ${said(root['version'])}; this page reads version 1. Open it with the Weir that saved it.`);
  const report = fields(root['report'], 'report');
  if (!['ok', 'problem', 'blind'].includes(String(report['status']))) throw new Failure(0, `report.status is ${said(report['status'])}; expected ok, problem or blind.`);
  textAt(report['headline'], 'report.headline');
  textAt(report['checkedAt'], 'report.checkedAt');
  list(report['evidence'], 'report.evidence').forEach((each, index) => {
    const evidence = fields(each, `report.evidence[${index}]`);
    textAt(evidence['text'], `report.evidence[${index}].text`);
    if (typeof evidence['count'] !== 'number') throw new Failure(0, `report.evidence[${index}].count is ${said(evidence['count'])}; expected a number.`);
  });
  const question = fields(root['question'], 'question');
  list(question['namespaces'], 'question.namespaces');
  for (const name of ['filter', 'range', 'from', 'to']) textAt(question[name], `question.${name}`);
  textAt(root['saved'], 'saved');
  textAt(root['cluster'], 'cluster');
  for (const [name, rows] of Object.entries(fields(root['flows'], 'flows'))) list(rows, `flows[${JSON.stringify(name)}]`);
  return value as DiagnosisBundle;
}

const said = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40));

function fields(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Failure(0, `${place} is ${said(value)}; expected an object. The file is damaged or was edited.`);
}

function list(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Failure(0, `${place} is ${said(value)}; expected a list. The file is damaged or was edited.`);
}

function textAt(value: unknown, place: string): void {
  if (typeof value !== 'string') throw new Failure(0, `${place} is ${said(value)}; expected a text. The file is damaged or was edited.`);
}
