/** Requests to /transmission/rpc as clients make them: a handshake first, Basic with the token. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type RunningDaemon, startDaemon } from '../stage/daemon-process.ts';
import type { Stage } from '../stage/stage.ts';

export interface RpcCaller {
  /** The arguments of the answer, which has to be a success. */
  call(method: string, args?: object): Promise<Record<string, unknown>>;
  /** The same, in the shape that the client parses. */
  parsed<S extends z.ZodType>(shape: S, method: string, args?: object): Promise<z.output<S>>;
  /** Asks again until it holds. */
  until<S extends z.ZodType>(
    shape: S,
    method: string,
    args: object,
    holds: (got: z.output<S>) => boolean,
  ): Promise<z.output<S>>;
  /** The sentence of a refusal. */
  refusal(method: string, args?: object): Promise<string>;
}

export interface CallerHabits {
  /** How the session id is fetched. */
  readonly handshake: 'GET' | 'POST';
  readonly contentType?: string;
  readonly slash?: boolean;
}

const longestWaitMs = 30_000;

export async function startCalledDaemon(
  stage: Stage,
  habits: CallerHabits,
): Promise<{ daemon: RunningDaemon; rpc: RpcCaller; dir: string }> {
  const dir = stage.fresh('downloads');
  const data = stage.fresh('state');
  const daemon = await startDaemon(stage, { data, dir });
  const token = (await readFile(`${data}/token`, 'utf8')).trim();
  return { daemon, rpc: rpcCaller(daemon.url, token, habits), dir };
}

function rpcCaller(url: string, token: string, habits: CallerHabits): RpcCaller {
  const { handshake, contentType, slash = false } = habits;
  const address = `${url}/transmission/rpc${slash ? '/' : ''}`;
  const authorization = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
  let session = '';
  const ask = async (body: string): Promise<Response> => {
    if (session === '' && handshake === 'GET') {
      const answer = await fetch(address, { headers: { authorization } });
      assert.equal(answer.status, 409);
      session = answer.headers.get('X-Transmission-Session-Id') ?? '';
    }
    const headers = {
      authorization,
      'x-transmission-session-id': session,
      ...(contentType !== undefined && { 'content-type': contentType }),
    };
    const answer = await fetch(address, { method: 'POST', headers, body });
    if (answer.status !== 409) return answer;
    session = answer.headers.get('X-Transmission-Session-Id') ?? '';
    return ask(body);
  };
  const answered = async (method: string, args: object | undefined) => {
    const response = await ask(
      JSON.stringify({ method, ...(args !== undefined && { arguments: args }) }),
    );
    assert.equal(response.status, 200);
    return (await response.json()) as { result: string; arguments: Record<string, unknown> };
  };
  const call = async (method: string, args?: object) => {
    const answer = await answered(method, args);
    assert.equal(answer.result, 'success', `${method} ${JSON.stringify(args)}`);
    return answer.arguments;
  };
  const parsed = async <S extends z.ZodType>(shape: S, method: string, args?: object) =>
    shape.parse(await call(method, args));
  return {
    call,
    parsed,
    until: async (shape, method, args, holds) => {
      const endMs = performance.now() + longestWaitMs;
      for (;;) {
        const got = await parsed(shape, method, args);
        if (holds(got)) return got;
        if (performance.now() > endMs) assert.fail(`in vain: ${JSON.stringify(got)}`);
        await sleep(50);
      }
    },
    refusal: async (method, args) => {
      const { result } = await answered(method, args);
      assert.notEqual(result, 'success');
      return result;
    },
  };
}
