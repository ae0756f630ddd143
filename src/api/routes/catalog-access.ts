/**
 * Who may publish and delete: holders of a token, and the networks that the operator lets do without.
 * A browser inside such a network may be made to ask by a page from elsewhere; so writes with a
 * foreign Origin are refused, and writes without a token also when Host is a name that the tracker
 * does not have (DNS rebinding). X-Forwarded-Host counts for nothing.
 */
import { unmapIpv4 } from '../../base/ip-address.ts';
import { isLinkLocal, isLoopback, isPrivate } from '../../base/ip-network.ts';
import { bearerToken } from '../service/bearer-token.ts';
import { isOwnHost, isOwnPage } from '../service/own-host.ts';
import type { TokenAttempts } from '../service/token-attempts.ts';
import { CatalogRefusal } from './catalog-failure.ts';

/** Read anew for each request, so that its owner may change it while the tracker runs. */
export interface CatalogAccess {
  readonly tokens: readonly string[];
  /** Who needs no token. With `all`, deleting still needs one unless it comes from this machine. */
  readonly publishers: 'loopback' | 'private' | 'all';
  /** Names, besides IP addresses and localhost, under which the tracker is asked. */
  readonly hostNames: readonly string[];
}

export interface WriteRequest {
  readonly deletes: boolean;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** It came from the address that it came to, as what this machine sends to itself over its network. */
  readonly isThisMachine: boolean;
  /** It came through a proxy that is not trusted, so `address` is the proxy's. */
  readonly isProxied: boolean;
  readonly authorization: string | undefined;
  /** Of the Host header, and of the request line where that has one. */
  readonly hosts: readonly (string | undefined)[];
  readonly origin: string | undefined;
  /** Of the header Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
}

/** Throws CatalogRefusal unless the request may change the catalog. */
export function requireWriteAccess(
  request: WriteRequest,
  access: CatalogAccess,
  attempts: TokenAttempts,
  nowMs: number,
): void {
  requireOwnOrigin(request);
  const token = bearerToken(request.authorization);
  if (token !== undefined && access.tokens.length > 0) {
    requireToken(token, request.address, access.tokens, attempts, nowMs);
    return;
  }
  if (!needsNoToken(request, access.publishers)) {
    if (token === undefined) throw tokenNeeded(access);
    throw new CatalogRefusal(
      'TOKEN_WRONG',
      'This tracker has no tokens, and takes no changes from your network. Ask its operator for one',
    );
  }
  requireOwnHost(request, access.hostNames);
}

function requireOwnOrigin({ origin, fetchSite, hosts }: WriteRequest): void {
  if (isOwnPage({ origin, fetchSite, host: hosts[0] })) return;
  throw new CatalogRefusal(
    'FORBIDDEN_ORIGIN',
    'Pages of other sites may not change the catalog. Use the page of the tracker itself, or a program that sends no Origin',
  );
}

function requireToken(
  token: string,
  address: Uint8Array,
  tokens: readonly string[],
  attempts: TokenAttempts,
  nowMs: number,
): void {
  const verdict = attempts.judge(token, tokens, address, nowMs);
  if (verdict === 'right') return;
  if (verdict === 'wrong') {
    throw new CatalogRefusal(
      'TOKEN_WRONG',
      'The token is not one of this tracker. Check it for missing characters, or ask the operator for a new one',
    );
  }
  const { waitSeconds: retryAfterSeconds, message } = verdict;
  throw new CatalogRefusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds });
}

function tokenNeeded({ tokens, publishers }: CatalogAccess): CatalogRefusal {
  const from = publishers === 'private' ? 'the private network' : 'the machine of the tracker';
  const token = tokens.length === 0 ? 'ask the operator for a token and' : 'with a token,';
  return new CatalogRefusal(
    'TOKEN_NEEDED',
    `Changing the catalog takes a token: ${token} send "Authorization: Bearer TOKEN". Only ${from} needs none`,
  );
}

function needsNoToken(request: WriteRequest, publishers: CatalogAccess['publishers']): boolean {
  if (publishers === 'all' && !request.deletes) return true;
  // What a proxy forwards seems to come from the proxy.
  if (request.isProxied) return false;
  if (isLoopback(request.address) || request.isThisMachine) return true;
  return publishers === 'private' && isNear(request.address);
}

function isNear(address: Uint8Array): boolean {
  return isLoopback(address) || isPrivate(address) || isLinkLocal(address);
}

/** Rebinding matters where the browser can reach what its page's author cannot. */
function requireOwnHost({ address, hosts }: WriteRequest, names: readonly string[]): void {
  if (!isNear(unmapIpv4(address))) return;
  const foreign = hosts.find(
    (host, i) => (i === 0 || host !== undefined) && !isOwnHost(host, names),
  );
  if (foreign === undefined && hosts[0] !== undefined) return;
  throw new CatalogRefusal(
    'FORBIDDEN_HOST',
    `Without a token the catalog is changed under the IP address of the tracker or localhost, not under ${JSON.stringify(foreign ?? '')}. Use the address, send a token, or have the operator add the name to the tracker's host names`,
  );
}
