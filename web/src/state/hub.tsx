import { createContext, use, useEffect } from 'react';
import type { ReactNode } from 'react';
import { hubState } from '../api/hub';
import type { HubState } from '../domain/hub';
import type { Answer } from './ask';
import { useAsk } from './ask';
import { useSession } from './session';

const HubContext = createContext<Answer<HubState> | null>(null);

/** Asks for the hub's state every few seconds: nodes, namespaces, coverage. Ends the session here when the hub has ended it. */
export function HubProvider({ children }: { readonly children: ReactNode }) {
  const answer = useAsk('state', hubState, 5000);
  const { expired } = useSession();
  const status = answer.failure?.status;
  useEffect(() => {
    if (status === 401) expired();
  }, [status, expired]);
  return <HubContext value={answer}>{children}</HubContext>;
}

export function useHub(): Answer<HubState> {
  const answer = use(HubContext);
  if (answer === null) throw new Error('useHub needs a HubProvider above it.');
  return answer;
}
