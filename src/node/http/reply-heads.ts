/** The heads of all answers that the tracker itself gives over HTTP, made once. */
import type { HttpRequestHead } from '../../protocol/http-request-head.ts';
import { type ConnectionFate, makeResponseHead } from '../../protocol/http-response-head.ts';
import { encodeHttpFailure } from '../../protocol/http-tracker-reply.ts';

/** 200 for refusals as well: many clients do not read the body of any other. */
const answers: Readonly<Record<ConnectionFate, Uint8Array>> = {
  stays: makeResponseHead('200 OK', 'stays'),
  'stays-for-1.0': makeResponseHead('200 OK', 'stays-for-1.0'),
  closes: makeResponseHead('200 OK', 'closes'),
};

export function answerHead(request: HttpRequestHead): Uint8Array {
  if (!request.keepsAlive) return answers.closes;
  return request.minorVersion === 0 ? answers['stays-for-1.0'] : answers.stays;
}

/** The last answer on a connection: what follows is not understood, or not wanted. */
export interface HttpRefusal {
  readonly status: number;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

function refusal(status: string, reason: string, moreFields = ''): HttpRefusal {
  return {
    status: Number.parseInt(status, 10),
    head: makeResponseHead(status, 'closes', moreFields),
    body: encodeHttpFailure(reason),
  };
}

export const refusals = {
  malformed: refusal('400 Bad Request', 'this is no request of HTTP/1.1'),
  body: refusal('400 Bad Request', 'announce and scrape have no body'),
  method: refusal(
    '405 Method Not Allowed',
    'announce and scrape are asked with GET',
    'Allow: GET, HEAD\r\n',
  ),
  timeout: refusal('408 Request Timeout', 'the request took too long to arrive'),
  expectation: refusal('417 Expectation Failed', 'the only expectation known here is 100-continue'),
  tooLong: refusal(
    '431 Request Header Fields Too Large',
    'the request is too long: ask for fewer torrents at once',
  ),
  limited: {
    status: 200,
    head: answers.closes,
    body: encodeHttpFailure('your network asks too often: try again in a minute', 1),
  },
} as const satisfies Record<string, HttpRefusal>;
