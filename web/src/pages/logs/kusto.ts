import * as monaco from 'monaco-editor/esm/vs/editor/editor.api';
import 'monaco-editor/esm/vs/editor/contrib/bracketMatching/browser/bracketMatching';
import 'monaco-editor/esm/vs/editor/contrib/clipboard/browser/clipboard';
import 'monaco-editor/esm/vs/editor/contrib/comment/browser/comment';
import 'monaco-editor/esm/vs/editor/contrib/find/browser/findController';
import 'monaco-editor/esm/vs/editor/contrib/hover/browser/hover';
import 'monaco-editor/esm/vs/editor/contrib/linesOperations/browser/linesOperations';
import 'monaco-editor/esm/vs/editor/contrib/parameterHints/browser/parameterHints';
import 'monaco-editor/esm/vs/editor/contrib/suggest/browser/suggestController';
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker?worker';
import { getKustoWorker, kustoDefaults } from '@kusto/monaco-kusto';
import KustoWorker from './kustoWorker?worker';
import type { QuerySchema } from '../../domain/query';

self.MonacoEnvironment = { getWorker: (_id, label) => (label === 'kusto' ? new KustoWorker() : new EditorWorker()) };

kustoDefaults.setLanguageSettings({
  ...kustoDefaults.languageSettings, useIntellisenseV2: true, useTokenColorization: true, useSemanticColorization: true, enableHover: true, enableQueryWarnings: false, enableQuerySuggestions: false,
});

/** Tells the language service what tables and columns there are, for completion and for its own errors. */
export async function teachSchema(model: monaco.editor.ITextModel, schema: QuerySchema): Promise<void> {
  const workerOf = await getKustoWorker();
  const worker = await workerOf(model.uri);
  const database = {
    name: schema.database, majorVersion: 1, minorVersion: 0, entityGroups: [],
    tables: schema.tables.map((table) => ({ ...table, entityType: 'Table' as const })),
    functions: (schema.functions ?? []).map((each) => ({ name: each.name, body: each.body ?? '{}', inputParameters: [], ...(each.docstring === undefined ? {} : { docstring: each.docstring }) })),
  };
  await worker.setSchema({ clusterType: 'Engine', cluster: { connectionString: 'weir', databases: [database] }, database });
}

export { monaco };
