import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Failure } from '../domain/failure';
import { useSession } from '../state/session';
import { Mark } from './Mark';

/** Asks for the token that `weir lab up` or the hub printed. */
export function SignIn({ message }: { readonly message: string }) {
  const { enter } = useSession();
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState(message);
  const [asking, setAsking] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setAsking(true);
    enter(token.trim()).catch((reason: unknown) => {
      setRefusal(reason instanceof Failure ? reason.message : String(reason));
      setAsking(false);
    });
  };

  return (
    <main className="signin">
      <form className="signin-form" onSubmit={submit}>
        <div className="row"><Mark size={28} /><h1>Weir</h1></div>
        <p className="muted">Sign in with a token. <code>weir lab up</code> prints one; on a cluster, the person who runs the hub hands it out.</p>
        <label htmlFor="token">Token</label>
        <input id="token" className="field" type="password" autoComplete="current-password" autoFocus required value={token}
          onChange={(event) => setToken(event.target.value)} aria-describedby="signin-message" aria-invalid={refusal !== ''} />
        <p id="signin-message" className="signin-message" role="alert">{refusal}</p>
        <button type="submit" className="button primary" disabled={asking || token.trim() === ''}>{asking ? 'Signing in…' : 'Sign in'}</button>
      </form>
    </main>
  );
}
