import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../../base/decode-error.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';
import { answerRpc, type RpcAnswer } from './rpc-answer.ts';
import type { RpcMethod } from './rpc-context.ts';
import { rpcMethods } from './rpc-methods.ts';

function ask(request: unknown, methods: Record<string, RpcMethod>, failures: Error[] = []) {
  return answerRpc(typeof request === 'string' ? request : JSON.stringify(request), {
    methods: new Map(Object.entries(methods)),
    onFailure: (error) => failures.push(error),
  });
}

describe('an answer', () => {
  it('has the result, the arguments and the tag', async () => {
    const echo: RpcMethod = (args) => ({ got: args });
    assert.deepEqual(await ask({ method: 'echo', arguments: { a: 1 }, tag: 7 }, { echo }), {
      result: 'success',
      arguments: { got: { a: 1 } },
      tag: 7,
    });
    assert.deepEqual(await ask({ method: 'echo' }, { echo }), {
      result: 'success',
      arguments: { got: {} },
    });
  });

  it('says what is wrong with a request', async () => {
    for (const body of ['', 'x', '[]', '"a"', 'null', '1']) {
      assert.equal((await ask(body, {})).result, 'the request is no JSON object');
    }
    assert.equal((await ask({}, {})).result, 'no method name');
    assert.deepEqual(await ask({ method: 'toString', tag: 'x' }, {}), {
      result: 'method name not recognized',
      arguments: {},
      tag: 'x',
    });
  });

  it('tells refusals to the one who asked, and errors of its own to the log', async () => {
    const failing = (error: Error) => ({
      fail: () => {
        throw error;
      },
    });
    const failures: Error[] = [];
    const resultOf = async (error: Error): Promise<string> =>
      (await ask({ method: 'fail' }, failing(error), failures)).result;
    assert.equal(await resultOf(new DaemonRefusal('NOT_FOUND', 'not here')), 'not here');
    assert.match(await resultOf(new DecodeError('BENCODE_BAD', 'is bad', 3)), /no usable torrent/);
    const bug = new Error('the secret inside');
    assert.match(await resultOf(bug), /an error of its own/);
    assert.deepEqual(failures, [bug]);
  });
});

describe('whatever is sent', () => {
  const methodNames = [...rpcMethods(new FakeDaemon().context).keys()];
  const argumentNames = [
    ...['ids', 'fields', 'format', 'filename', 'metainfo', 'download-dir', 'paused', 'labels'],
    ...['files-wanted', 'files-unwanted', 'priority-high', 'downloadLimit', 'downloadLimited'],
    ...['seedRatioMode', 'seedRatioLimit', 'trackerAdd', 'trackerReplace', 'trackerList'],
    ...['queuePosition', 'location', 'path', 'name', 'alt-speed-time-day', 'dht-enabled'],
    ...['speed-limit-down', 'download-queue-size', 'encryption', '__proto__', 'constructor'],
  ];
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>('recently-active', hashes[0], [1, hashes[1]], true, -1, 1e300, 'x'),
    fc.constant(['id', 'files', 'peers', 'trackerStats', 'pieces', 'isFinished', '__proto__']),
  );
  const args = fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...argumentNames), value) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const request = fc.record({
    method: fc.oneof(fc.constantFrom<unknown>(...methodNames), fc.jsonValue()),
    arguments: args,
    tag: fc.jsonValue(),
  });

  async function answered(daemon: FakeDaemon, body: string): Promise<RpcAnswer> {
    const answer = await answerRpc(body, {
      methods: rpcMethods(daemon.context),
      onFailure: (error) => {
        throw error;
      },
    });
    assert.equal(typeof answer.result, 'string');
    JSON.stringify(answer);
    return answer;
  }

  it('is answered, and is never an error of the daemon itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 6 }), async (requests) => {
        const daemon = new FakeDaemon({}, {}, { state: 'stopped' });
        for (const one of requests) await answered(daemon, JSON.stringify(one));
      }),
      { numRuns: 300 },
    );
  });

  it('is answered when it is no JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (body) => {
        await answered(new FakeDaemon(), body);
      }),
    );
  });
});
