/** The daemon's API (/api/v1), its page and its documents, each answer held to the contract's shape. */
import assert from 'node:assert/strict';
import { refusalStatuses } from '../../src/api/service/refusal.ts';
import { apiSamples, apiTokens } from './api-samples.ts';
import type { HttpAnswer } from './daemon-asker.ts';
import type { HttpMessage } from './http-message.ts';
import type { LiveTarget } from './live-campaign.ts';
import { openDialect } from './live-dialect.ts';

/** What another machine does not do for us, said with a code. */
const statusesOfOthers = new Set([502, 503]);

/** What holds for every answer of the daemon. */
export function requireNoFailure({ status, headers, body }: HttpAnswer): void {
  const isFine = status >= 200 && (status < 500 || statusesOfOthers.has(status));
  assert.ok(isFine, `HTTP ${status}: ${body.slice(0, 300)}`);
  assert.equal(
    headers['x-content-type-options'],
    'nosniff',
    `HTTP ${status}: ${body.slice(0, 99)}`,
  );
}

/** Undefined for what is none, was not read to its end or has no body. */
export function jsonOf({ method }: HttpMessage, answer: HttpAnswer): unknown {
  const { headers, body, isWhole, status } = answer;
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  if (!isJson || !isWhole || method === 'HEAD' || status === 204 || status === 304)
    return undefined;
  return JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
}

export function judgeApi(asked: HttpMessage, answer: HttpAnswer): void {
  requireNoFailure(answer);
  const value = jsonOf(asked, answer);
  if (answer.status < 400 || asked.method === 'HEAD') return;
  // Beside the API a person looks for a page, and reads a sentence.
  if (!asked.path.startsWith('/api/v1') && value === undefined) return;
  const { error } = (value ?? {}) as { error?: { code?: unknown; message?: unknown } };
  const { code, message } = error ?? {};
  const isShaped = typeof code === 'string' && typeof message === 'string' && message.length > 10;
  assert.ok(isShaped, `no failure of the contract: ${answer.status} ${answer.body.slice(0, 300)}`);
  // Said before there is a request.
  if (answer.status === 408 || answer.status === 431) return;
  assert.equal(Object.entries(refusalStatuses).find(([one]) => one === code)?.[1], answer.status);
}

export const liveApiTarget: LiveTarget = {
  name: 'api',
  samples: apiSamples,
  tokens: apiTokens,
  open: () => openDialect({ judge: judgeApi }),
};
