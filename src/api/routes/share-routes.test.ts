/** Files that are sent go on as they come, and no more of them than was announced. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRoutes, token } from './daemon-routes-fixture.test.ts';

const path = '/api/v1/shares/s1/files/2';

test('a share is begun, filled, looked at and taken back', async (t) => {
  const rig = await startRoutes(t);
  const files = [{ path: 'a/b', lengthBytes: 10 }];
  const begun = await rig.send('/api/v1/shares', { name: 'n', files });
  assert.deepEqual([begun.status, begun.headers.location], [201, '/api/v1/shares/s1']);
  for (const type of ['application/octet-stream', 'text/html', 'application/json']) {
    const body = new Uint8Array(10);
    const sent = await rig.ask({ method: 'PUT', path, body, headers: { 'content-type': type } });
    assert.deepEqual([sent.status, sent.json?.doneBytes], [200, 10]);
  }
  const untyped = await rig.ask({ method: 'PUT', path, body: new Uint8Array(3) });
  assert.deepEqual([untyped.status, rig.calls.at(-1)], [200, ['receive', 's1', 2, 3]]);
  const empty = await rig.ask({ method: 'PUT', path });
  assert.deepEqual([empty.status, rig.calls.at(-1)], [200, ['receive', 's1', 2, 0]]);
  const long = await rig.ask({ method: 'PUT', path, body: new Uint8Array(11) });
  assert.deepEqual([long.status, long.code], [413, 'TOO_LARGE']);
  assert.equal((await rig.ask({ path: '/api/v1/shares/s1' })).json?.id, 's1');
  assert.equal((await rig.ask({ path: '/api/v1/shares/s2' })).code, 'NOT_FOUND');
  assert.equal((await rig.ask({ method: 'DELETE', path: '/api/v1/shares/s1' })).status, 204);
});

test('one who stops sending is dropped, one who is slow is not', async (t) => {
  const rig = await startRoutes(t, { uploadIdleMs: 200, times: { bodyMs: 100 } });
  const send = (pauses: number[]) =>
    new Promise<number | undefined>((resolve) => {
      const headers = { authorization: `Bearer ${token}`, 'content-length': '10' };
      const place = { host: '127.0.0.1', port: rig.port, path, method: 'PUT', agent: false };
      const sending = request({ ...place, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sending.on('error', () => resolve(undefined));
      void (async () => {
        for (const pauseMs of pauses) {
          sending.write(new Uint8Array(2));
          await sleep(pauseMs, undefined, { ref: false });
        }
        sending.end(new Uint8Array(10 - 2 * pauses.length));
      })();
    });
  assert.equal(await send([60, 60, 60, 60]), 200);
  assert.equal(await send([10_000]), undefined);
  assert.equal(rig.calls.length, 1);
});

test('nothing is read from one without the token', async (t) => {
  const rig = await startRoutes(t);
  const sent = await rig.ask({ method: 'PUT', path, body: new Uint8Array(10), bare: true });
  assert.equal(sent.status, 401);
  assert.equal(rig.calls.length, 0);
});
