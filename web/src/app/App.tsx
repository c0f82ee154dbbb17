import { HubProvider } from '../state/hub';
import { SessionProvider, useSession } from '../state/session';
import { Shell } from './Shell';
import { SignIn } from './SignIn';

/** Signed in: the shell with its pages. Not signed in: the form, at the same address, so that a shared link survives it. */
export function App() {
  return <SessionProvider><Door /></SessionProvider>;
}

function Door() {
  const { known } = useSession();
  if (known.kind === 'asking') return null;
  if (known.kind === 'out') return <SignIn message={known.message} />;
  return <HubProvider><Shell /></HubProvider>;
}
