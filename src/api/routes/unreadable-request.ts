/**
 * What is answered to bytes that are no HTTP request, too long a head or too slow a one: the words of every
 * other refusal. Invariant: nothing is written over an answer that has begun, and the connection ends.
 */
import type { Socket } from 'node:net';
import type { DaemonFailure } from '../contract/torrents.ts';

interface Words {
  readonly status: string;
  readonly code: DaemonFailure['error']['code'];
  readonly message: string;
}

const unreadable: Words = {
  status: '400 Bad Request',
  code: 'BAD_REQUEST',
  message: 'This is no HTTP request, or one with characters that cannot be in it',
};

const others: Readonly<Record<string, Words>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'TOO_LARGE',
    message: 'The path and the headers of the request are longer than is taken here',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'BAD_REQUEST',
    message: 'The request did not come to its end in time',
  },
};

export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = others[error.code ?? ''] ?? unreadable;
  const failure: DaemonFailure = { error: { code, message } };
  const body = JSON.stringify(failure);
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
