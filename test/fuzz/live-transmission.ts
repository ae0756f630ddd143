/** The daemon's Transmission RPC: whatever is sent, `result` is a sentence and `arguments` an object. */
import assert from 'node:assert/strict';
import type { HttpAnswer } from './daemon-asker.ts';
import type { DaemonRig } from './daemon-rig.ts';
import type { HttpMessage } from './http-message.ts';
import { jsonOf, judgeApi, requireNoFailure } from './live-api.ts';
import type { LiveTarget } from './live-campaign.ts';
import { openDialect } from './live-dialect.ts';
import { transmissionSamples, transmissionTokens } from './transmission-samples.ts';

const path = '/transmission/rpc';
const sessionHeader = 'x-transmission-session-id';

function judge(asked: HttpMessage, answer: HttpAnswer): void {
  if (!asked.path.startsWith(path)) {
    judgeApi(asked, answer);
    return;
  }
  requireNoFailure(answer);
  if (answer.status !== 200) return;
  const { result, arguments: args } = (jsonOf(asked, answer) ?? {}) as Record<string, unknown>;
  assert.ok(typeof result === 'string' && result !== '', `no result: ${answer.body.slice(0, 300)}`);
  assert.ok(typeof args === 'object' && args !== null, 'no arguments');
}

async function headers({ port, token }: DaemonRig): Promise<Readonly<Record<string, string>>> {
  const authorization = `Bearer ${token}`;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
  await answer.text();
  return { [sessionHeader]: answer.headers.get(sessionHeader) ?? '' };
}

export const liveTransmissionTarget: LiveTarget = {
  name: 'transmission',
  samples: transmissionSamples,
  tokens: transmissionTokens,
  open: () => openDialect({ judge, headers }),
};
