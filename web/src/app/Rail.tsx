import type { MouseEvent } from 'react';
import { Icon } from '../components/Icon';
import { formatView, onPage } from '../domain/view';
import { goTo, useView } from '../state/view';
import { Mark } from './Mark';
import { pageEntries } from './pages';

/** The pages, as links that keep namespace, time and filter. */
export function Rail({ onKeys }: { readonly onKeys: () => void }) {
  const view = useView();
  return (
    <nav className="rail" aria-label="Pages">
      <div className="rail-mark"><Mark size={26} /></div>
      {pageEntries.map(({ page, label, icon, key }) => {
        const follow = (event: MouseEvent) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          if (page !== view.page) goTo(page);
        };
        return (
          <a key={page} className="rail-link" href={formatView(onPage(view, page))} onClick={follow} title={`${label} (${key})`}
            aria-current={page === view.page ? 'page' : undefined}>
            <Icon name={icon} size={18} />
            <span>{label}</span>
          </a>
        );
      })}
      <button type="button" className="rail-link rail-keys" onClick={onKeys} title="Keys (?)">
        <Icon name="help" size={18} /><span>Keys</span>
      </button>
    </nav>
  );
}
