import { monaco } from './kusto';

/** Colours of the editor, from the tokens of the page. */
export function applyEditorTheme(theme: string): void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const colour = (name: string) => token(name).replace('#', '');
  monaco.editor.defineTheme('weir', {
    base: theme === 'dark' ? 'vs-dark' : 'vs', inherit: true,
    rules: [
      // At once, by words alone; the language service then colours by meaning, with the classes in logs.css.
      { token: '', foreground: colour('text') },
      { token: 'comment', foreground: colour('text-3'), fontStyle: 'italic' },
      { token: 'string', foreground: colour('chart-3') },
      { token: 'number', foreground: colour('chart-2') },
      { token: 'keyword', foreground: colour('accent') },
      { token: 'operator.sql', foreground: colour('accent') },
      { token: 'operator', foreground: colour('text-2') },
      { token: 'delimiter', foreground: colour('text-2') },
      { token: 'predefined', foreground: colour('chart-4') },
      { token: 'identifier', foreground: colour('text') },
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
