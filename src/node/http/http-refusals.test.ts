/** What the tracker's HTTP port refuses: broken requests, slow ones, too many, from too busy networks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { maxHeadBytes } from '../../protocol/http-request-head.ts';
import { createRateLimitMemory, RateLimiter } from '../../tracker/rate-limit.ts';
import {
  Answers,
  announceTarget,
  dial,
  dictionaryOf,
  get,
  reasonOf,
  startRig,
} from './http-server-fixture.test.ts';

function limiter(burst: number): RateLimiter {
  const memory = createRateLimitMemory(64);
  return new RateLimiter({
    memory,
    perSecond: 0.001,
    burst,
    hashSeed: [1, 2],
    limitsLoopback: true,
  });
}

describe('refusals', () => {
  const cases: [name: string, text: string, status: number, reason: RegExp][] = [
    ['a body', get(announceTarget, 'Content-Length: 5\r\n'), 400, /no body/],
    ['a chunked body', get(announceTarget, 'Transfer-Encoding: chunked\r\n'), 400, /no body/],
    ['another method', get(announceTarget).replace('GET', 'POST'), 405, /with GET/],
    ['an expectation', get(announceTarget, 'Expect: more\r\n'), 417, /100-continue/],
    ['a long head', get(`/announce?${'a'.repeat(maxHeadBytes)}`), 431, /too long/],
    ['a folded line', get(announceTarget, ' folded\r\n'), 400, /no request/],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, /no request/],
    ['a peer', '\x13BitTorrent protocol\0\0\0\0\0\0\0\0', 400, /no request/],
  ];
  for (const [name, text, status, reason] of cases) {
    test(`${name} is answered ${status} and closes`, async (t) => {
      const rig = await startRig(t);
      const socket = dial(rig);
      const answers = new Answers(socket);
      socket.write(`${text}${get(announceTarget)}`, 'latin1');
      const answer = await answers.next();
      assert.equal(answer?.status, status);
      assert.match(reasonOf(answer) ?? '', reason);
      assert.match(answer.head, /^Connection: close$/m);
      socket.end();
      assert.equal(await answers.next(), undefined);
      assert.deepEqual([rig.store.announces.length, rig.logic.counts().http.invalid], [0, 1]);
    });
  }

  test('Expect: 100-continue and Content-Length: 0 are no reason', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(announceTarget, 'Expect: 100-continue\r\nContent-Length: 0\r\n'));
    assert.equal(reasonOf(await answers.next()), undefined);
    socket.destroy();
  });

  test('a head that takes too long, a silent connection, and one that trickles', async (t) => {
    const rig = await startRig(t, { timeoutMs: 120 });
    const [slow, silent, trickling] = [dial(rig), dial(rig), dial(rig)];
    const answers = [new Answers(slow), new Answers(silent), new Answers(trickling)];
    slow.write('GET /announce?');
    trickling.write('GET /announce?');
    const trickle = setInterval(() => trickling.write('a'), 10);
    t.after(() => clearInterval(trickle));
    const startMs = performance.now();
    const [late, none, last] = await Promise.all(answers.map((one) => one.next()));
    assert.ok(performance.now() - startMs < 2000);
    assert.deepEqual([late?.status, none, last?.status], [408, undefined, 408]);
    assert.match(reasonOf(late) ?? '', /too long to arrive/);
  });

  test('a kept connection may rest for the whole time between two requests', async (t) => {
    const rig = await startRig(t, { timeoutMs: 200 });
    const socket = dial(rig);
    const answers = new Answers(socket);
    for (let i = 0; i < 3; i++) {
      socket.write(get(announceTarget));
      assert.equal((await answers.next())?.status, 200);
      await sleep(100);
    }
    assert.equal(await answers.next(), undefined);
  });

  test('further connections are closed, and served again once there is room', async (t) => {
    const rig = await startRig(t, { maxConnections: 2 });
    const kept = [dial(rig), dial(rig)];
    for (const socket of kept) {
      socket.write(get('/page'));
      assert.match(`${(await new Answers(socket).next())?.body}`, /page GET/);
    }
    const extra = dial(rig);
    extra.write(get(announceTarget));
    assert.equal(await new Answers(extra).next(), undefined);
    for (const socket of kept) socket.destroy();
    await sleep(20);
    const again = dial(rig);
    again.write(get(announceTarget));
    assert.equal((await new Answers(again).next())?.status, 200);
    again.destroy();
  });

  test('a network that asks too often is told when to come back', async (t) => {
    const rig = await startRig(t, { rateLimiter: limiter(2) });
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(announceTarget).repeat(4));
    for (const isServed of [true, true, false]) {
      const reply = dictionaryOf(await answers.next());
      assert.equal(reply.get('retry in'), isServed ? undefined : 1);
    }
    assert.equal(await answers.next(), undefined);
    const page = dial(rig);
    page.write(get('/page'));
    assert.equal((await new Answers(page).next())?.status, 429);
    assert.equal(rig.logic.counts().http.limited, 2);
  });

  test('behind a trusted proxy the client is limited and listed, not the proxy', async (t) => {
    const options = { rateLimiter: limiter(1), trustedProxies: ['127.0.0.0/8'] };
    const rig = await startRig(t, options);
    const socket = dial(rig);
    const answers = new Answers(socket);
    for (const [fields, isServed] of [
      ['X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n', true],
      ['X-Forwarded-For: 9.9.8.9\r\nX-Forwarded-For: 127.0.0.2\r\n', true],
      ['X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 9.9.9.7\r\n', false],
    ] as const) {
      socket.write(get(announceTarget, fields));
      const reply = dictionaryOf(await answers.next());
      assert.equal(reply.has('failure reason'), !isServed, fields);
    }
    const listed = rig.store.announces.map(({ address }) => address.join('.'));
    assert.deepEqual(listed, ['9.9.9.9', '9.9.8.9']);
  });

  test('X-Forwarded-For of anybody else is ignored', async (t) => {
    const rig = await startRig(t, { trustedProxies: ['10.0.0.1'] });
    const socket = dial(rig);
    socket.write(get(announceTarget, 'X-Forwarded-For: 9.9.9.9\r\n'));
    await new Answers(socket).next();
    assert.deepEqual(rig.store.announces[0]!.address, Uint8Array.of(127, 0, 0, 1));
    socket.destroy();
  });
});
