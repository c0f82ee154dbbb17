import { useEffect, useState } from 'react';
import { Icon } from './Icon';

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(() => setSaid('Copied'), () => setSaid('Not allowed'));
  };
  return (
    <button type="button" className="button small" onClick={copy} title={text}>
      <Icon name="copy" size={14} /> <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  );
}
