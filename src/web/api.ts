/**
 * The daemon over REST, from a page that it served: the cookie of the login goes along by itself.
 * Everything that is refused or cannot be asked rejects with ApiError.
 */
import type { DaemonFailure, DaemonFailureCode } from '../api/contract/torrents.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** UNREACHABLE: no answer; BAD_ANSWER: of something else than the daemon. */
  readonly code: DaemonFailureCode | 'UNREACHABLE' | 'BAD_ANSWER';
  readonly status: number;
  /** Of what was sent; the sentence stands beside it. */
  readonly field: string | undefined;

  constructor(code: ApiError['code'], message: string, status = 0, field?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/** Told to the window when the daemon no longer takes this page for logged in. */
export const loginNeededEvent = 'shoal-login-needed';

export interface AskOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Sent as JSON; a Blob as it is, with its type. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** What the daemon answers; undefined for an answer without a body. */
export async function ask<T>(path: string, options: AskOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  let answer: unknown;
  try {
    answer = await response.json();
  } catch {
    if (response.ok) throw notTheDaemon(response.status);
  }
  if (response.ok) return answer as T;
  throw refusalIn(answer, response.status);
}

/** What an answer that is no good one says; who has to log in for it is told so. */
export function refusalIn(answer: unknown, status: number): ApiError {
  if (!isFailure(answer)) return notTheDaemon(status);
  const { code, message, field } = answer.error;
  if (code === 'TOKEN_NEEDED') dispatchEvent(new Event(loginNeededEvent));
  return new ApiError(code, message, status, field);
}

async function send(path: string, { method = 'GET', body, signal }: AskOptions): Promise<Response> {
  const isBlob = body instanceof Blob;
  const type = isBlob ? body.type || 'application/octet-stream' : 'application/json';
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      ...(body !== undefined && {
        body: isBlob ? body : JSON.stringify(body),
        headers: { 'content-type': type },
      }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('UNREACHABLE', 'The daemon does not answer. Is it still running?');
  }
}

function notTheDaemon(status: number): ApiError {
  return new ApiError('BAD_ANSWER', `The answer (${status}) is not the daemon's.`, status);
}

function isFailure(answer: unknown): answer is DaemonFailure {
  const { error } = (answer ?? {}) as Partial<DaemonFailure>;
  return typeof error?.code === 'string' && typeof error.message === 'string';
}

/** What to tell a person about something that was caught. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
