/**
 * Announces and scrapes on connections that the operations server has: a client that asked for a page
 * first, and keeps the connection. They are recognised and answered as everywhere else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpTrackerTarget, type TrackerQuestion } from '../../protocol/http-tracker-target.ts';
import { numericAddress } from './numeric-address.ts';
import { type HttpRefusal, refusals } from './reply-heads.ts';
import type { TrackerResponder } from './tracker-responder.ts';

const answerFields = {
  'content-type': 'text/plain',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

export class MixedRequests {
  readonly #responder: TrackerResponder;
  readonly #target = new HttpTrackerTarget();

  constructor(responder: TrackerResponder) {
    this.#responder = responder;
  }

  /**
   * Answers what is for the tracker, and whatever comes from a network that asks too often; false when
   * the request is for somebody else.
   */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = Buffer.from(request.url ?? '/', 'latin1');
    const question = this.#target.read(url, 0, url.length);
    const path = url.toString('latin1', this.#target.pathStart, this.#target.queryStart);
    // The catalog has a limit of its own, and its own way to say so.
    if (question === undefined && path.startsWith('/api/')) return false;
    const source = this.#sourceOf(request);
    if (source === undefined) {
      response.destroy();
      return true;
    }
    const refusal = question === undefined ? undefined : refusalOf(request);
    if (refusal === undefined && !this.#responder.admits(source, this.#responder.nowMs())) {
      if (question === undefined) sendTooMany(response);
      else refuse(response, refusals.limited);
      return true;
    }
    if (question === undefined) return false;
    if (refusal === undefined) this.#ask(question, url, source, request, response);
    else {
      this.#responder.countInvalid();
      refuse(response, refusal);
    }
    return true;
  }

  #ask(
    question: TrackerQuestion,
    bytes: Buffer,
    source: Uint8Array,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { pathStart, queryStart } = this.#target;
    const call = {
      question,
      bytes,
      pathStart,
      queryStart,
      queryEnd: bytes.length,
      source,
      nowMs: this.#responder.nowMs(),
      localAddress: () => numericAddress(request.socket.localAddress),
    };
    this.#responder.answer(call, (body) => {
      if (response.destroyed) return;
      response.writeHead(200, { ...answerFields, 'content-length': body.length });
      response.end(body);
    });
  }

  #sourceOf(request: IncomingMessage): Uint8Array | undefined {
    const direct = numericAddress(request.socket.remoteAddress);
    if (direct === undefined) return undefined;
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join(',') : header;
    return this.#responder.clientAddress(direct, forwardedFor);
  }
}

function refusalOf({ method, headers }: IncomingMessage): HttpRefusal | undefined {
  const length = headers['content-length'];
  if (headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')) {
    return refusals.body;
  }
  return method === 'GET' || method === 'HEAD' ? undefined : refusals.method;
}

function refuse(response: ServerResponse, { status, body }: HttpRefusal): void {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
  response.writeHead(status, {
    ...answerFields,
    ...allow,
    connection: 'close',
    'content-length': body.length,
  });
  response.end(body);
}

function sendTooMany(response: ServerResponse): void {
  const body = 'Your network asks too often. Try again in a minute.\n';
  response.writeHead(429, {
    ...answerFields,
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': '60',
    connection: 'close',
    'content-length': body.length,
  });
  response.end(body);
}
