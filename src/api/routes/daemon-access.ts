/**
 * Who may speak to the daemon: holders of its token, under a name that is the daemon's own, and never on
 * behalf of a page of another site.
 * Invariant: host and origin are judged before the token, so that a page can neither guess nor use up
 * the attempts of the one who has it; all of it is judged before a body is read.
 */
import { bearerToken } from './bearer-token.ts';
import { DaemonRefusal } from './daemon-failure.ts';
import { isOwnHost, isOwnPage } from './own-host.ts';
import type { TokenAttempts } from './token-attempts.ts';

export interface DaemonAccess {
  readonly tokens: readonly string[];
  /** Names, besides IP addresses and localhost, under which the daemon is asked. */
  readonly hostNames: readonly string[];
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
}

/** Throws DaemonRefusal unless the request is meant for this daemon by somebody of its own. */
export function requireOwnSite({ hosts, origin, fetchSite }: AskedWith, names: readonly string[]) {
  const [host, authority] = hosts;
  if (!isOwnHost(host, names) || (authority !== undefined && !isOwnHost(authority, names))) {
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

/** Throws DaemonRefusal unless the request has the token. */
export function requireDaemonToken(
  { authorization, address }: AskedWith,
  tokens: readonly string[],
  attempts: TokenAttempts,
  nowMs: number,
): void {
  const token = bearerToken(authorization);
  if (token === undefined) {
    throw new DaemonRefusal(
      'TOKEN_NEEDED',
      'This takes the token of the daemon: send "Authorization: Bearer TOKEN". The token is in the file "token" in the daemon\'s data folder',
    );
  }
  const verdict = attempts.judge(token, tokens, address, nowMs);
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
