/** Who asks, as the head of a request says: what access is judged by. */
import type { FastifyRequest } from 'fastify';
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';
import { isLoopback } from '../../base/ip-network.ts';
import type { AskedWith } from '../service/daemon-access.ts';
import { authorityOf } from '../service/own-host.ts';

export const sessionCookie = 'shoal_session';

const unknownAddress = new Uint8Array(4);
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

export function askedWith({ headers, raw }: FastifyRequest): AskedWith {
  return {
    address: addressOf(raw.socket.remoteAddress),
    authorization: headers.authorization,
    hosts: [headers.host, authorityOf(raw.url ?? '')],
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site']?.toString(),
    session: cookieOf(headers.cookie, sessionCookie),
  };
}

/** A link or an address that a person opened, in a tab of its own. */
export function isNavigation({ headers, method }: FastifyRequest): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}

/** From this machine, and not through a proxy on it. */
export function isFromHere({ headers, raw }: FastifyRequest): boolean {
  return (
    isLoopback(addressOf(raw.socket.remoteAddress)) &&
    forwardingHeaders.every((name) => headers[name] === undefined)
  );
}

/** RFC 6265, section 5.4; the first of that name. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.split('=', 2);
    if (key?.trim() === name && value !== undefined) return value.trim();
  }
  return undefined;
}

function addressOf(remoteAddress: string | undefined): Uint8Array {
  return unmapIpv4(parseIp(remoteAddress?.split('%')[0] ?? '') ?? unknownAddress);
}
