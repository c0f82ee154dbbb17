import { Component } from 'react';
import type { ReactNode } from 'react';
import { Notice } from '../components/Notice';

/** Keeps a fault of one page from taking the shell with it. A page file that cannot be loaded (the hub was upgraded) lands here too. */
export class Guard extends Component<{ readonly children: ReactNode }, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(reason: unknown): { message: string } {
    return { message: reason instanceof Error ? reason.message : String(reason) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <Notice tone="bad" title="This page stopped working"
        action={<button type="button" className="button" onClick={() => window.location.reload()}>Reload</button>}>
        {this.state.message} — the address keeps your view; reload to try again. The other pages still work.
      </Notice>
    );
  }
}
