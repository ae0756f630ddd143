/**
 * Shows the page to who is logged in; logs in with the token of the address's fragment. Invariant: the
 * token leaves the address bar before anything else happens, and is kept nowhere.
 */
import { type ReactNode, useEffect, useState } from 'react';
import { loginPath, sessionPath } from '../../api/contract/torrents.ts';
import { ApiError, ask, loginNeededEvent, problemOf } from '../api.ts';
import { LoginForm } from './login-form.tsx';
import { tokenIn } from './token-fragment.ts';

type Standing =
  | { readonly kind: 'asking' }
  | { readonly kind: 'in' }
  /** `problem`: why the last attempt did not do. */
  | { readonly kind: 'out'; readonly problem?: string };

export function LoginGate({ children }: { readonly children: ReactNode }) {
  const [standing, setStanding] = useState<Standing>({ kind: 'asking' });

  useEffect(() => {
    let isOver = false;
    const settle = (next: Standing): void => {
      if (!isOver) setStanding(next);
    };
    const token = takeToken();
    const begin = token === undefined ? ask(sessionPath) : login(token);
    begin.then(
      () => settle({ kind: 'in' }),
      (error: unknown) => settle(afterFailure(error, token !== undefined)),
    );
    const leave = (): void => settle({ kind: 'out' });
    addEventListener(loginNeededEvent, leave);
    return () => {
      isOver = true;
      removeEventListener(loginNeededEvent, leave);
    };
  }, []);

  if (standing.kind === 'in') return children;
  if (standing.kind === 'asking') return null;
  return (
    <LoginForm
      problem={standing.problem}
      onToken={async (token) => {
        try {
          await login(token);
          setStanding({ kind: 'in' });
        } catch (error) {
          setStanding({ kind: 'out', problem: problemOf(error) });
        }
      }}
    />
  );
}

function login(token: string): Promise<void> {
  return ask(loginPath, { method: 'POST', body: { password: token } });
}

/** What the daemon refused for another reason than the login is said by the page itself. */
function afterFailure(error: unknown, hadToken: boolean): Standing {
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'TOKEN_NEEDED') return { kind: 'out' };
  if (hadToken || code === 'TOKEN_WRONG' || code === 'TOO_MANY_REQUESTS') {
    return { kind: 'out', problem: problemOf(error) };
  }
  return { kind: 'in' };
}

/** StrictMode runs effects twice; the second time there is no token any more, but a cookie. */
function takeToken(): string | undefined {
  const found = tokenIn(location.hash);
  if (found === undefined) return undefined;
  history.replaceState(null, '', found.rest === '' ? location.pathname : found.rest);
  return found.token;
}
