/**
 * Whether a request to upgrade is one for the tracker, from whom it comes, and how it is refused. Any
 * origin may ask: the clients are pages of all sites, and the tracker knows no cookie nor any other
 * authority that a page could borrow from its visitor; a pass key is in the URL that the page must know.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseIp, unmapIpv4 } from '../base/ip-address.ts';
import { forwardedAddress, type TrustedNetwork } from '../tracker/client-address.ts';
import type { WebSocketClient } from '../tracker/websocket-peer.ts';

/** It is kept as long as the connection. */
const maxTargetLength = 1024;

/** `/`, or a path with a step `announce`: the forms in which trackers are named, with a pass key or not. */
export function isWebSocketTrackerTarget(target: string): boolean {
  if (target.length > maxTargetLength) return false;
  const path = originForm(target).split('?', 1)[0]!;
  return path === '/' || path.split('/').includes('announce');
}

/** Undefined when the connection is gone already. */
export function upgradingClient(
  request: IncomingMessage,
  trustedProxies: readonly TrustedNetwork[],
): WebSocketClient | undefined {
  const { remoteAddress, remotePort } = request.socket;
  const direct = parseIp(remoteAddress?.split('%', 1)[0] ?? '');
  if (direct === undefined) return undefined;
  const header = request.headers['x-forwarded-for'];
  const forwardedFor = Array.isArray(header) ? header.join(',') : header;
  return {
    address: forwardedAddress(unmapIpv4(direct), forwardedFor, trustedProxies),
    port: remotePort ?? 1,
    urlData: originForm(request.url ?? '/'),
  };
}

/** Proxies may name the host in the target, where it does not matter. */
function originForm(target: string): string {
  const rest = target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Answers in place of the upgrade and closes the connection; `reason` is a line of text. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  socket.on('error', () => socket.destroy());
  const body = `${reason}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (status === 429 || status === 503) head.push('Retry-After: 60');
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
