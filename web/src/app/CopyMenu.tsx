import { useEffect, useState } from 'react';
import { policyTest } from '../api/hub';
import { Icon } from '../components/Icon';
import { Menu } from '../components/Menu';
import { hubbleCommand, kqlQuery } from '../domain/copyAs';
import { Failure } from '../domain/failure';
import { scopeParameters } from '../domain/view';
import { useView } from '../state/view';

const saidFor = 4000;

/** The question of the view, for elsewhere: a link, a command, a query, a test. Says what was copied. */
export function CopyMenu() {
  const view = useView();
  const [said, setSaid] = useState<{ text: string; failed: boolean } | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), saidFor);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = (what: string, text: string | Promise<string>) => {
    Promise.resolve(text).then((ready) => navigator.clipboard.writeText(ready)).then(
      () => setSaid({ text: `Copied ${what}`, failed: false }),
      (reason: unknown) => setSaid({ text: reason instanceof Failure ? reason.message : 'The browser does not let this page write to the clipboard.', failed: true }));
  };
  const test = () => policyTest(scopeParameters(view, Date.now())).then((answer) => answer.policyTest);
  return (
    <span className="copy-menu">
      <Menu
        trigger={<button type="button" className="button plain icon" aria-label="Copy this view as" title="Copy this view as …"><Icon name="copy" /></button>}
        items={[
          { label: 'Copy link', onSelect: () => copy('the link', window.location.href) },
          { label: 'Copy as hubble observe', onSelect: () => copy('the command', hubbleCommand(view)) },
          { label: 'Copy as KQL', onSelect: () => copy('the query', kqlQuery(view)) },
          { label: 'Copy as policy test', detail: 'what was seen', onSelect: () => copy('the test', test()) },
        ]}
      />
      <span role="status" className={`copy-said ${said?.failed === true ? 'tone-error' : ''}`} hidden={said === null}>{said?.text}</span>
    </span>
  );
}
