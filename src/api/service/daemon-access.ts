/**
 * Who may speak to the daemon: holders of its token, under a name that is the daemon's own, and never on
 * behalf of a page of another site. A login trades the token for a session, which a cookie holds.
 * Invariant: host and origin are judged before the token, so that a page can neither guess nor use up
 * the attempts of the one who has it; all of it is judged before a body is read.
 */
import { bearerToken } from './bearer-token.ts';
import type { LoginSessions } from './login-sessions.ts';
import { isOwnHost, isOwnPage } from './own-host.ts';
import { DaemonRefusal } from './refusal.ts';
import { TokenAttempts } from './token-attempts.ts';

export interface DaemonAccessOptions {
  readonly tokens: readonly string[];
  /** Names, besides IP addresses and localhost, under which the daemon is asked. */
  readonly hostNames: readonly string[];
  readonly sessions: LoginSessions;
  nowMs(): number;
}

export interface AskedWith {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly authorization: string | undefined;
  /** Of the Host header, and of the request line where that has one. */
  readonly hosts: readonly [string | undefined, string | undefined];
  readonly origin: string | undefined;
  /** Of the header Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
  /** Out of the cookie. */
  readonly session: string | undefined;
}

export class DaemonAccess {
  readonly #options: DaemonAccessOptions;
  readonly #attempts = new TokenAttempts();

  constructor(options: DaemonAccessOptions) {
    this.#options = options;
  }

  /** Throws DaemonRefusal unless the request is meant for this daemon by somebody of its own. */
  requireOwnSite({ hosts, origin, fetchSite }: Omit<AskedWith, 'session'>): void {
    const { hostNames } = this.#options;
    const [host, authority] = hosts;
    if (
      !isOwnHost(host, hostNames) ||
      (authority !== undefined && !isOwnHost(authority, hostNames))
    ) {
      throw new DaemonRefusal(
        'FORBIDDEN_HOST',
        `The daemon is asked under its IP address or localhost, not under ${JSON.stringify(authority ?? host ?? '')}. Use the address, or start the daemon with --host-name and that name`,
      );
    }
    if (isOwnPage({ origin, fetchSite, host })) return;
    throw new DaemonRefusal(
      'FORBIDDEN_ORIGIN',
      'Pages of other sites may not use the daemon. Use its own page, or a program that sends no Origin',
    );
  }

  /** Throws DaemonRefusal unless the request has the token, or the session of a login. */
  requireKnown(asked: AskedWith): void {
    const { authorization, session, address } = asked;
    if (authorization === undefined && session !== undefined && this.isOpen(session)) return;
    const token = bearerToken(authorization);
    if (token === undefined) {
      throw new DaemonRefusal(
        'TOKEN_NEEDED',
        'This takes the token of the daemon: send "Authorization: Bearer TOKEN". The token is in the file "token" in the daemon\'s data folder',
      );
    }
    this.requireSecret(token, address);
  }

  /** The token, however it came. Throws DaemonRefusal. */
  requireSecret(secret: string, address: Uint8Array): void {
    const { tokens, nowMs } = this.#options;
    const verdict = this.#attempts.judge(secret, tokens, address, nowMs());
    if (verdict === 'right') return;
    if (verdict === 'wrong') {
      throw new DaemonRefusal(
        'TOKEN_WRONG',
        'The token is not that of this daemon. It is in the file "token" in the daemon\'s data folder',
      );
    }
    const { waitSeconds: retryAfterSeconds, message } = verdict;
    throw new DaemonRefusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds });
  }

  /** The id of a new session. Throws DaemonRefusal. */
  login(secret: string, address: Uint8Array): string {
    this.requireSecret(secret, address);
    return this.#options.sessions.open();
  }

  isOpen(session: string): boolean {
    return this.#options.sessions.use(session);
  }

  logout(session: string): void {
    this.#options.sessions.close(session);
  }
}
