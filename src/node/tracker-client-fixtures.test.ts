/** What the tests of the tracker clients share: one announce, and servers that do as they are told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { AnnounceParameters, AnnounceReply, TrackerFailure } from '../engine/ports.ts';
import type { TrackerClients } from './tracker-clients.ts';

export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1dP+pGfqBFYZ27qy
KotweB7sYRGhgJxP2ZTWKMAJsWmhRANCAAS0i+BknrlBv6W7f70T9oWKv1KN7oPc
oBBy8LZnJcGaSiEgSHNU3Dfdkbmah4PSpZS+mdDKFCIzDjwjpx2fr5eq
-----END PRIVATE KEY-----
`;
/** Self-signed, for localhost, valid for a century. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUCIX22PWw8kpssVeIQZZavdbozy4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDA4MTc1M1oYDzIxMjYxMDI3
MDgxNzUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS0i+BknrlBv6W7f70T9oWKv1KN7oPcoBBy8LZnJcGaSiEgSHNU3Dfd
kbmah4PSpZS+mdDKFCIzDjwjpx2fr5eqo1MwUTAdBgNVHQ4EFgQUrai5C3Ry7GdU
f3lj/yZ6Ch8wmBMwHwYDVR0jBBgwFoAUrai5C3Ry7GdUf3lj/yZ6Ch8wmBMwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA/aY+KBzuwCxgdcWMQZq7
Z/aC68zoULbKsqKwTJhH9DQCIHYQGH66T7HhC89D6aRhzWlCB+PRYLqOCE8EjTHb
FMPe
-----END CERTIFICATE-----
`;

export const goodBody = Buffer.from(
  'd8:completei3e8:intervali900e5:peers6:\x01\x02\x03\x04\x00\x05e',
  'latin1',
);
export const goodPeers = [{ host: '1.2.3.4', port: 5 }];

export function parameters(url: string): AnnounceParameters {
  return {
    url,
    infoHash: new Uint8Array(20).fill(0xf1),
    peerId: new Uint8Array(20).fill(0x41),
    port: 6881,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: 10,
    event: 'started',
    numWant: 50,
    key: 1,
  };
}

export interface Outcome {
  readonly reply: AnnounceReply | undefined;
  readonly failure: TrackerFailure | undefined;
}

export function announceBy(by: TrackerClients, url: string): Promise<Outcome> {
  return new Promise((resolve) => {
    by.announce(parameters(url), (reply, failure) => resolve({ reply, failure }));
  });
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** Runs `use` with the announce URL of a server that answers with `listener`. */
export async function withServer(
  listener: RequestListener,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${portOf(server)}/announce`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A server below HTTP: `onSocket` does with each connection what it likes. */
export async function withSocketServer(
  onSocket: (socket: Socket) => void,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${portOf(server)}/announce`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

export function assertFailure({ reply, failure }: Outcome, code: string, message: RegExp): void {
  assert.equal(reply, undefined);
  assert.equal(failure?.code, code, failure?.message);
  assert.match(failure?.message ?? '', message);
}
