/**
 * A request of the RPC and what is answered: `result` is "success" or a sentence for people, and `tag`
 * comes back as it was sent. Invariant: whatever is sent is answered; what goes wrong inside is told to
 * the log only.
 */
import { DecodeError } from '../../base/decode-error.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { RpcMethod } from './rpc-context.ts';

export interface RpcAnswer {
  readonly result: string;
  readonly arguments: object;
  readonly tag?: number | string;
}

export interface RpcAnswerDeps {
  readonly methods: ReadonlyMap<string, RpcMethod>;
  /** Told of errors that are the daemon's own. */
  readonly onFailure: (error: Error, method: string) => void;
}

export async function answerRpc(body: string, deps: RpcAnswerDeps): Promise<RpcAnswer> {
  const request = parseObject(body);
  if (request === undefined) return { result: 'the request is no JSON object', arguments: {} };
  const { method, tag } = request;
  const ending = typeof tag === 'number' || typeof tag === 'string' ? { tag } : {};
  const work = typeof method === 'string' ? deps.methods.get(method) : undefined;
  if (work === undefined) {
    const result = method === undefined ? 'no method name' : 'method name not recognized';
    return { result, arguments: {}, ...ending };
  }
  try {
    const given = request.arguments;
    const args = typeof given === 'object' && given !== null ? given : {};
    return { result: 'success', arguments: await work(args), ...ending };
  } catch (error) {
    return { result: reasonOf(error, String(method), deps), arguments: {}, ...ending };
  }
}

function reasonOf(error: unknown, method: string, { onFailure }: RpcAnswerDeps): string {
  if (error instanceof DaemonRefusal) return error.message;
  if (error instanceof DecodeError) return `This is no usable torrent: ${error.message}`;
  onFailure(error instanceof Error ? error : new Error(String(error)), method);
  return 'The daemon met an error of its own. It is in its log; please report it';
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
