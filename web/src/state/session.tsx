import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { currentSession, signIn, signOut } from '../api/hub';
import { Failure } from '../domain/failure';
import type { Session } from '../domain/hub';

type Known = { readonly kind: 'asking' } | { readonly kind: 'out'; readonly message: string } | { readonly kind: 'in'; readonly session: Session };

export interface SessionState {
  readonly known: Known;
  readonly enter: (token: string) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Called when the hub says that the session ended. */
  readonly expired: () => void;
}

const SessionContext = createContext<SessionState | null>(null);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [known, setKnown] = useState<Known>({ kind: 'asking' });

  useEffect(() => {
    currentSession().then(
      (session) => setKnown({ kind: 'in', session }),
      (reason: unknown) => setKnown({ kind: 'out', message: reason instanceof Failure && reason.status !== 401 ? reason.message : '' }),
    );
  }, []);

  const enter = useCallback(async (token: string) => {
    setKnown({ kind: 'in', session: await signIn(token) });
  }, []);
  const leave = useCallback(async () => {
    await signOut();
    setKnown({ kind: 'out', message: 'You are signed out.' });
  }, []);
  const expired = useCallback(() => setKnown({ kind: 'out', message: 'The session has ended. Sign in again; the view stays as it is.' }), []);

  const value = useMemo(() => ({ known, enter, leave, expired }), [known, enter, leave, expired]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): SessionState {
  const state = use(SessionContext);
  if (state === null) throw new Error('useSession needs a SessionProvider above it.');
  return state;
}
