/**
 * The canonical endpoint of a socket's far side. An IPv4 peer that reached a dual-stack listener shows
 * up as `::ffff:1.2.3.4`; everywhere else it is `1.2.3.4`, so that one peer has one key.
 */
import type { Endpoint } from '../base/endpoint.ts';

const mappedPrefix = '::ffff:';

export function canonicalHost(address: string): string {
  const lower = address.toLowerCase();
  return lower.startsWith(mappedPrefix) && lower.includes('.')
    ? lower.slice(mappedPrefix.length)
    : lower;
}

/** Undefined when the peer went away before it could be asked. */
export function remoteEndpoint(
  address: string | undefined,
  port: number | undefined,
): Endpoint | undefined {
  if (address === undefined || port === undefined) return undefined;
  return { host: canonicalHost(address), port };
}
