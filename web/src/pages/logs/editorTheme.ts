import { monaco } from './kusto';

/** Colours of the editor, from the tokens of the page. */
export function applyEditorTheme(theme: string): void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const colour = (name: string) => token(name).replace('#', '');
  monaco.editor.defineTheme('weir', {
    base: theme === 'dark' ? 'vs-dark' : 'vs', inherit: true,
    rules: [
      { token: '', foreground: colour('text') },
      { token: 'comment', foreground: colour('text-3'), fontStyle: 'italic' },
      { token: 'stringLiteral', foreground: colour('chart-3') },
      { token: 'literal', foreground: colour('chart-2') },
      { token: 'queryOperator', foreground: colour('accent') },
      { token: 'keyword', foreground: colour('accent') },
      { token: 'function', foreground: colour('chart-4') },
      { token: 'table', foreground: colour('text'), fontStyle: 'bold' },
      { token: 'column', foreground: colour('text') },
    ],
    colors: {
      'editor.background': token('ground'), 'editor.foreground': token('text'), 'editorLineNumber.foreground': token('text-3'),
      'editor.lineHighlightBackground': token('surface'), 'editor.lineHighlightBorder': token('ground'), 'editorCursor.foreground': token('accent'),
      'editor.selectionBackground': token('accent-ground'), 'editorWidget.background': token('surface'), 'editorWidget.border': token('line-strong'),
      'editorSuggestWidget.selectedBackground': token('hover'), focusBorder: token('accent'),
    },
  });
  monaco.editor.setTheme('weir');
}
