/**
 * One HTTP request with a limit on its time and on the size of what comes back. Redirects are not
 * followed: a token must not travel on. Invariant: memory is bounded by the limit, whatever the
 * server sends; a promise settles within the time, and at once when the caller aborts.
 */

/** There is no complete answer, or none of an acceptable size. `message` says why, without the server. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly kind: 'unreachable' | 'too-large';
  /** Of the HTTP answer, as far as there was one. */
  readonly status: number | undefined;

  constructor(kind: FetchFailure['kind'], message: string, status?: number, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.status = status;
  }
}

export interface FetchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  /** Of the answer, after any decompression. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Rejects with FetchFailure, or with the reason of `signal`. */
export async function boundedFetch(request: FetchRequest): Promise<FetchAnswer> {
  const { url, signal, maxBytes } = request;
  const deadline = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers,
      // Copied, since a view of shared memory is no body.
      ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const body = await readBody(response, maxBytes);
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.aborted) throw fetchFailureOf(error);
    const cause = `it did not answer within ${request.timeoutMs / 1000} s`;
    throw new FetchFailure('unreachable', cause, undefined, error);
  }
}

/** Of what `fetch` or the reading of its answer threw. */
export function fetchFailureOf(error: unknown): FetchFailure {
  if (error instanceof FetchFailure) return error;
  return new FetchFailure('unreachable', causeOf(error), undefined, error);
}

/** Throws FetchFailure when it is more than `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const step = await reader?.read();
    if (step?.value === undefined) break;
    length += step.value.length;
    if (length > maxBytes) {
      await reader?.cancel().catch(() => undefined);
      throw new FetchFailure('too-large', `it sent more than ${maxBytes} bytes`, response.status);
    }
    chunks.push(step.value);
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up at the moment',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'timed out',
  UND_ERR_CONNECT_TIMEOUT: 'timed out',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_HEADERS_OVERFLOW: 'it sent too many headers',
};

/** `fetch` tells only that it failed; why is in its cause. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error ? (error.cause ?? error) : error;
  const first = inner instanceof AggregateError ? inner.errors[0] : inner;
  if (!(first instanceof Error)) return String(first);
  // The list of the Fetch standard: ports of mail, chat and the like.
  if (first.message === 'bad port') return 'its port is one of those that HTTP clients refuse';
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  // OpenSSL's own words name its source files.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return 'TLS does not work with it; perhaps it speaks http:// only';
  }
  return causes[code] ?? (code === '' ? first.message : `${first.message} (${code})`);
}
