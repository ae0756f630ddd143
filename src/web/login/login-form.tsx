/** Asks for the daemon's token, and says where it is. */
import { type FormEvent, useState } from 'react';
import { Field } from '../parts/field.tsx';
import './login.css';

interface LoginFormProps {
  readonly problem: string | undefined;
  /** Settles when the daemon has judged it. */
  readonly onToken: (token: string) => Promise<void>;
}

export function LoginForm({ problem, onToken }: LoginFormProps) {
  const [token, setToken] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsAsking(true);
    await onToken(token.trim());
    setIsAsking(false);
  };
  return (
    <main className="login">
      <form onSubmit={submit}>
        <h1>
          <img src="/icon.svg" alt="" width="24" height="24" /> Shoal
        </h1>
        <p className="quiet">
          This page belongs to a daemon, and opens with its token. On the daemon's machine,{' '}
          <code>shoal ui</code> prints an address that has the token in it; it is also in the file{' '}
          <code>token</code> in the daemon's data folder.
        </p>
        <Field label="Token" problem={problem}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="password"
              autoComplete="current-password"
              // biome-ignore lint/a11y/noAutofocus: it is the only thing to do here.
              autoFocus
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <button type="submit" className="button primary" disabled={isAsking || token.trim() === ''}>
          Open
        </button>
      </form>
    </main>
  );
}
