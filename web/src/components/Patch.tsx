import { isDiff } from '../domain/lineDiff';
import { CopyButton } from './CopyButton';

/** A change to a policy. In a diff, lines that start with + or − are marked, with their sign kept for those who do not see colours. */
export function Patch({ title, text }: { readonly title: string; readonly text: string }) {
  const marked = isDiff(text);
  return (
    <figure className="patch">
      <figcaption className="spread"><b>{title}</b><CopyButton label="Copy" text={text} /></figcaption>
      <pre tabIndex={0} aria-label={title}>
        {text.replace(/\n$/, '').split('\n').map((line, index) => (
          <span key={index} className={!marked ? undefined : line.startsWith('+') ? 'patch-added' : line.startsWith('-') ? 'patch-removed' : undefined}>{line}{'\n'}</span>
        ))}
      </pre>
    </figure>
  );
}
