/** The daemon's server on a port of 127.0.0.1, in front of ports that only remember what was asked. */
import { type IncomingMessage, request } from 'node:http';
import type { TestContext } from 'node:test';
import { torrentsPath } from '../contract/torrents.ts';
import { DaemonAccess } from '../service/daemon-access.ts';
import { LoginSessions } from '../service/login-sessions.ts';
import { type DaemonServerOptions, listenDaemonServer } from './daemon-server.ts';
import { type Recorded, recordPorts } from './recording-ports-fixture.test.ts';

export { knownHash } from './recording-ports-fixture.test.ts';

export const token = 'a-token-of-a-test-0123456789';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly bytes: Buffer;
  readonly json: Record<string, unknown> | undefined;
  readonly code: string | undefined;
  readonly field: string | undefined;
}

export interface Ask {
  readonly method?: string;
  /** A whole path, or a whole URL for the request line. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Without the token. */
  readonly bare?: boolean;
}

export interface RoutesRig extends Omit<Recorded, 'ports' | 'change'>, Pick<Recorded, 'change'> {
  readonly port: number;
  readonly recorded: Recorded;
  readonly failures: readonly Error[];
  readonly clock: { nowMs: number };
  ask(ask?: Ask): Promise<Answer>;
  /** Of JSON, with POST unless told. */
  send(path: string, body: unknown, method?: string): Promise<Answer>;
  /** POST of JSON to the list. */
  add(body: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export async function startRoutes(
  t: TestContext,
  change: Partial<DaemonServerOptions> = {},
): Promise<RoutesRig> {
  const recorded = recordPorts();
  const failures: Error[] = [];
  const clock = { nowMs: 0 };
  const nowMs = () => clock.nowMs;
  let sessions = 0;
  const server = await listenDaemonServer({
    host: '127.0.0.1',
    port: 0,
    ports: recorded.ports,
    access: new DaemonAccess({
      tokens: [token],
      hostNames: ['shoal.lan'],
      sessions: new LoginSessions({ nowMs, newId: () => `session${sessions++}` }),
      nowMs,
    }),
    onFailure: (error) => failures.push(error),
    ...change,
  });
  t.after(() => server.close());
  const ask = (what: Ask = {}) => askPort(server.port, what);
  const send = (path: string, body: unknown, method = 'POST') => {
    const headers = { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return ask({ method, path, headers, body: text });
  };
  const add = (body: unknown) => send(torrentsPath, body);
  const { port } = server;
  const close = () => server.close();
  return Object.assign(recorded, { recorded, port, failures, clock, ask, send, add, close });
}

export function askPort(
  port: number,
  { method = 'GET', path = torrentsPath, headers = {}, body, bare = false }: Ask,
): Promise<Answer> {
  const all = bare ? headers : { authorization: `Bearer ${token}`, ...headers };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: all, agent: false };
    const asking = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks))));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

function answerOf(response: IncomingMessage, bytes: Buffer): Answer {
  const { statusCode: status = 0, headers } = response;
  const text = bytes.toString();
  const isJson = headers['content-type']?.startsWith('application/json') === true && text !== '';
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  const error = json?.error as { code?: string; field?: string } | undefined;
  return { status, headers, text, bytes, json, code: error?.code, field: error?.field };
}
