/**
 * From a tracker's URL to addresses that may be asked. A torrent comes from strangers, and so do the
 * URLs in it: they must not turn this client into a way to reach services of its own machine.
 * Invariant: the addresses that were judged are the ones that are connected to, without a second look-up.
 */
import { lookup } from 'node:dns/promises';
import { parseIp } from '../base/ip-address.ts';
import { isGlobal, isLinkLocal, isLoopback, isMulticast, isPrivate } from '../base/ip-network.ts';
import { TrackerError } from './tracker-error.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Throws TrackerError. */
export function parseTrackerUrl(text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '') {
    throw new TrackerError('TRACKER_BAD_URL', 'not a valid URL');
  }
  if (!protocols.includes(url.protocol)) {
    const scheme = url.protocol.slice(0, -1);
    throw new TrackerError(
      'TRACKER_BAD_URL',
      `${scheme} is not a protocol trackers are asked with`,
    );
  }
  return url;
}

/** All addresses of the URL's host. Throws what the resolver throws, or the signal's reason. */
export async function resolveHost(url: URL, signal: AbortSignal): Promise<ResolvedAddress[]> {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const numeric = parseIp(host);
  if (numeric !== undefined) return [{ address: host, family: numeric.length === 4 ? 4 : 6 }];
  const found = await Promise.race([lookup(host, { all: true }), whenAborted(signal)]);
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

export interface HopRules {
  /** An earlier hop was on the internet, so this one must be as well. */
  readonly mustBeGlobal: boolean;
  /** Services of this machine and link are asked for these paths only. */
  readonly checksPath: boolean;
  /** Only the internet and private networks are asked: not this machine, its link or special networks. */
  readonly refusesOwn?: boolean;
}

/** Throws TrackerError when one of the addresses must not be asked. True when all are global. */
export function checkAddresses(
  url: URL,
  addresses: readonly ResolvedAddress[],
  rules: HopRules,
): boolean {
  let allGlobal = addresses.length > 0;
  for (const { address } of addresses) {
    const bytes = parseIp(address.split('%', 1)[0]!);
    if (bytes === undefined || isMulticast(bytes) || isUnspecified(bytes)) {
      throw new TrackerError('TRACKER_FORBIDDEN', `${address} is no address of a tracker`);
    }
    if (isGlobal(bytes)) continue;
    allGlobal = false;
    if (rules.refusesOwn === true && !isPrivate(bytes)) {
      throw new TrackerError(
        'TRACKER_FORBIDDEN',
        `${address} is not asked: it is no host elsewhere`,
      );
    }
    if (rules.mustBeGlobal) {
      throw new TrackerError(
        'TRACKER_FORBIDDEN',
        'it redirects from the internet to a local address, which is refused',
      );
    }
    const isOwn = isLoopback(bytes) || isLinkLocal(bytes);
    if (rules.checksPath && isOwn && !/^\/(announce|scrape)/.test(url.pathname)) {
      throw new TrackerError(
        'TRACKER_FORBIDDEN',
        'on this machine only the path /announce is asked',
      );
    }
  }
  return allGlobal;
}

function isUnspecified(address: Uint8Array): boolean {
  return address.length === 4 ? address[0] === 0 : address.every((byte) => byte === 0);
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
