/** An HTTP server on a free port that answers as a test says, and is gone after it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** `http://127.0.0.1:port`. */
export async function serve(t: TestContext, respond: Respond): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const json = { 'content-type': 'application/json; charset=utf-8' };

export const answering =
  (status: number, body: unknown, headers: Record<string, string> = json): Respond =>
  (_request, response) =>
    response
      .writeHead(status, headers)
      .end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
