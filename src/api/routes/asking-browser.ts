/** Who asks, as the head of a request says: what access is judged by. */
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../base/ip-network.ts';
import { askedWith as askedBy } from '../service/asked-with.ts';
import type { AskedWith } from '../service/daemon-access.ts';

/** Cookies are of a host, not of a port: two daemons on one machine would take each other's. */
export function sessionCookie({ raw }: FastifyRequest): string {
  return `shoal_session_${raw.socket.localPort ?? 0}`;
}

const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

export function askedWith(request: FastifyRequest): AskedWith {
  const session = cookieOf(request.headers.cookie, sessionCookie(request));
  return { ...askedBy(request.raw), session };
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
    isLoopback(askedBy(raw).address) &&
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
