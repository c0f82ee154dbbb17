import { useEffect, useRef } from 'react';
import type { Problem } from '../../domain/failure';
import type { QuerySchema } from '../../domain/query';
import { applyEditorTheme } from './editorTheme';
import { monaco, teachSchema } from './kusto';

interface KqlEditorProps {
  readonly text: string;
  readonly schema: QuerySchema | null;
  readonly problems: readonly Problem[];
  readonly theme: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

/** The KQL editor. Text that comes from outside (gallery, history, a link) replaces what is there and can be undone. */
export default function KqlEditor({ text, schema, problems, theme, onChange, onRun }: KqlEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const latest = useRef({ text, onChange, onRun });
  useEffect(() => {
    latest.current = { text, onChange, onRun };
  });

  useEffect(() => {
    if (box.current === null) return;
    const made = monaco.editor.create(box.current, {
      value: latest.current.text, language: 'kusto', theme: 'weir', automaticLayout: true, minimap: { enabled: false }, fontSize: 13, lineHeight: 20,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'), scrollBeyondLastLine: false, lineNumbersMinChars: 3, folding: false,
      padding: { top: 8, bottom: 8 }, fixedOverflowWidgets: true, renderLineHighlight: 'line', overviewRulerLanes: 0, wordBasedSuggestions: 'off',
      accessibilitySupport: 'auto', ariaLabel: 'KQL query. Ctrl-Enter runs it. Press Ctrl-M to let Tab leave the editor.', links: false, 'semanticHighlighting.enabled': true,
    });
    editor.current = made;
    made.onDidChangeModelContent(() => latest.current.onChange(made.getValue()));
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => latest.current.onRun());
    return () => {
      made.getModel()?.dispose();
      made.dispose();
      editor.current = null;
    };
  }, []);

  useEffect(() => applyEditorTheme(theme), [theme]);

  useEffect(() => {
    const made = editor.current;
    if (made === null || made.getValue() === text) return;
    const model = made.getModel();
    if (model === null) return;
    made.executeEdits('page', [{ range: model.getFullModelRange(), text }]);
    made.pushUndoStop();
  }, [text]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (model === null || model === undefined || schema === null) return;
    teachSchema(model, schema).catch((reason: unknown) => console.error('The KQL language service did not start:', reason));
  }, [schema]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (model === null || model === undefined) return;
    monaco.editor.setModelMarkers(model, 'hub', problems.map((problem) => {
      const start = model.getPositionAt(problem.start);
      const end = model.getPositionAt(problem.start + Math.max(problem.length, 1));
      return {
        severity: monaco.MarkerSeverity.Error, message: problem.message, code: problem.code, source: 'hub',
        startLineNumber: start.lineNumber, startColumn: start.column, endLineNumber: end.lineNumber, endColumn: end.column,
      };
    }));
  }, [problems]);

  return <div ref={box} className="kql" />;
}
