/** The tracker's HTTP port by hand: keeping and closing, pipelining, late answers, hand-over. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  Answers,
  announceTarget,
  dial,
  dictionaryOf,
  get,
  reasonOf,
  scrapeTarget,
  startRig,
} from './http/http-server-fixture.test.ts';

describe('answers', () => {
  test('a connection is kept for announces and scrapes, one after the other', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    for (let i = 1; i <= 3; i++) {
      socket.write(get(announceTarget));
      const answer = await answers.next();
      assert.equal(answer?.status, 200);
      assert.doesNotMatch(answer.head, /connection/i);
      const reply = dictionaryOf(answer);
      assert.deepEqual([...reply.keys()], [...reply.keys()].sort());
      assert.equal(reply.get('incomplete'), i);
      assert.equal((reply.get('peers') as Uint8Array).length, 18);
      assert.deepEqual(reply.get('external ip'), Buffer.from([127, 0, 0, 1]));
      socket.write(get(scrapeTarget));
      assert.match(
        `${(await answers.next())?.body}`,
        /8:completei5e10:downloadedi7e10:incompletei6e/,
      );
    }
    const [seen] = rig.store.announces;
    assert.deepEqual(seen!.infoHash, new Uint8Array(20).fill(0xe9));
    assert.deepEqual([seen!.port, seen!.numWant, seen!.isSeeder], [6881, 3, false]);
    const { announces, scrapes } = rig.logic.counts().http;
    assert.deepEqual([announces, scrapes], [3, 3]);
    socket.destroy();
  });

  for (const [version, fields, fate] of [
    ['1.1', 'Connection: close\r\n', 'close'],
    ['1.0', '', 'close'],
    ['1.0', 'Connection: Keep-Alive\r\n', 'keep-alive'],
  ] as const) {
    test(`HTTP/${version} ${fields.trim()} is answered with ${fate}`, async (t) => {
      const rig = await startRig(t);
      const socket = dial(rig);
      const answers = new Answers(socket);
      socket.write(get(announceTarget, fields, version));
      const answer = await answers.next();
      assert.match(answer!.head, new RegExp(`^Connection: ${fate}$`, 'm'));
      if (fate === 'close') {
        assert.equal(await answers.next(), undefined);
        return;
      }
      socket.write(get(announceTarget, fields, version));
      assert.equal((await answers.next())?.status, 200);
      socket.destroy();
    });
  }

  test('a client that ends its side still gets its answer', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.end(get(announceTarget));
    assert.equal((await answers.next())?.status, 200);
    assert.equal(await answers.next(), undefined);
  });

  test('HEAD gets the head of the answer', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(scrapeTarget).replace('GET', 'HEAD') + get(scrapeTarget));
    const [first, second] = [await answers.next(false), await answers.next()];
    assert.equal(first?.head, second?.head);
    socket.destroy();
  });

  test('IPv6 claims beside IPv4 get peers of both families, lists get peer ids', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(`${announceTarget}&ipv6=2001:db8::1`));
    const compact = dictionaryOf(await answers.next());
    assert.equal((compact.get('peers6') as Uint8Array).length, 54);
    socket.write(get(`${announceTarget}&compact=0`));
    const listed = dictionaryOf(await answers.next()).get('peers') as Map<string, unknown>[];
    assert.deepEqual([...listed[0]!.keys()], ['ip', 'peer id', 'port']);
    socket.destroy();
  });

  test('hooks see path and query, and refuse in words', async (t) => {
    const seen: (string | undefined)[] = [];
    const rig = await startRig(t, {
      hooks: {
        announce: [
          ({ urlData }) => {
            seen.push(urlData);
            return { reason: 'no', retryMinutes: 7 };
          },
        ],
        scrape: [],
      },
    });
    const socket = dial(rig);
    const answers = new Answers(socket);
    const target = `/key${announceTarget}`;
    for (const asked of [target, `http://t${target}`, `${target}&compact=0`]) {
      socket.write(get(asked));
      const reply = dictionaryOf(await answers.next());
      assert.equal(reply.get('retry in'), 7);
    }
    assert.deepEqual(seen, [target, target, `${target}&compact=0`]);
    assert.equal(rig.logic.counts().http.refused, 3);
    socket.destroy();
  });
});

describe('what arrives in pieces, or all at once', () => {
  test('a request split at every place', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig).setNoDelay(true);
    const answers = new Answers(socket);
    const bytes = Buffer.from(get(announceTarget) + get(scrapeTarget));
    for (let cut = 1; cut < bytes.length; cut += 3) {
      socket.write(bytes.subarray(0, cut));
      await sleep(0);
      socket.write(bytes.subarray(cut));
      assert.equal(dictionaryOf(await answers.next()).get('complete'), 1);
      assert.ok(dictionaryOf(await answers.next()).has('files'));
    }
    socket.destroy();
  });

  test('a thousand pipelined requests are answered in order', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(
      `${get(announceTarget).repeat(999)}${get(announceTarget, 'Connection: close\r\n')}`,
    );
    for (let i = 1; i <= 1000; i++) {
      assert.equal(dictionaryOf(await answers.next()).get('incomplete'), i);
    }
    assert.equal(await answers.next(), undefined);
    assert.equal(answers.unread, '');
  });

  test('who does not read is not read from, and gets everything later', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    socket.pause();
    const request = get(announceTarget.replace('numwant=3', 'numwant=200'));
    const count = 12_000;
    socket.write(request.repeat(count));
    // 17 MB of answers are more than the buffers of the system take.
    let answered = -1;
    while (answered !== rig.store.announces.length || answered === 0) {
      answered = rig.store.announces.length;
      await sleep(100);
    }
    assert.ok(answered < count, `${answered}`);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.resume();
    socket.end();
    await once(socket, 'close');
    assert.equal(rig.store.announces.length, count);
    assert.ok(received > count * 1200);
  });
});

describe('a store that answers later', () => {
  test('keeps the order, and one request at a time', async (t) => {
    const rig = await startRig(t, { isRemote: true });
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(announceTarget) + get(announceTarget) + get(scrapeTarget));
    for (let i = 1; i <= 2; i++) {
      while (rig.store.owed!.length === 0) await sleep(1);
      assert.equal(rig.store.announces.length, i);
      assert.equal(answers.unread, '');
      if (i === 2) socket.write(get(announceTarget, 'Connection: close\r\n'));
      await sleep(5);
      rig.store.owed!.shift()!();
      assert.equal(dictionaryOf(await answers.next()).get('incomplete'), i);
    }
    assert.ok(dictionaryOf(await answers.next()).has('files'));
    while (rig.store.owed!.length === 0) await sleep(1);
    rig.store.owed!.shift()!();
    assert.equal(dictionaryOf(await answers.next()).get('incomplete'), 3);
    assert.equal(await answers.next(), undefined);
  });

  test('may answer twice, or to nobody', async (t) => {
    const rig = await startRig(t, { isRemote: true });
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(announceTarget));
    while (rig.store.owed!.length === 0) await sleep(1);
    const answer = rig.store.owed!.shift()!;
    answer();
    answer();
    assert.equal((await answers.next())?.status, 200);
    assert.equal(answers.unread, '');
    socket.write(get(announceTarget));
    while (rig.store.owed!.length === 0) await sleep(1);
    socket.destroy();
    await sleep(5);
    rig.store.owed!.shift()!();
  });
});

describe('hand-over', () => {
  test('announces, then pages, then announces on one connection', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get(announceTarget) + get('/page?x=1') + get(announceTarget) + get(scrapeTarget));
    assert.equal(dictionaryOf(await answers.next()).get('incomplete'), 1);
    assert.equal(`${(await answers.next())?.body}`, 'page GET /page?x=1 \n');
    assert.equal(dictionaryOf(await answers.next()).get('incomplete'), 2);
    assert.ok(dictionaryOf(await answers.next()).has('files'));
    socket.write(get(`/key${announceTarget}`));
    assert.equal(dictionaryOf(await answers.next()).get('incomplete'), 3);
    socket.write(get('/other'));
    assert.equal((await answers.next())?.status, 200);
    socket.write(get(announceTarget).replace('GET', 'POST'));
    assert.match(reasonOf(await answers.next()) ?? '', /with GET/);
    assert.equal(await answers.next(), undefined);
  });

  test('a client that asks for a page and ends its side gets the page', async (t) => {
    const rig = await startRig(t);
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.end(get(announceTarget) + get('/page'));
    assert.equal((await answers.next())?.status, 200);
    assert.equal(`${(await answers.next())?.body}`, 'page GET /page \n');
    assert.equal(await answers.next(), undefined);
  });

  test('a body arrives whole, wherever it is split', async (t) => {
    const rig = await startRig(t);
    const body = 'x'.repeat(100);
    const text = get('/upload', `Content-Length: ${body.length}\r\n`).replace('GET', 'POST') + body;
    for (let cut = 1; cut < text.length; cut += 9) {
      const socket = dial(rig).setNoDelay(true);
      const answers = new Answers(socket);
      socket.write(text.slice(0, cut));
      await sleep(1);
      socket.write(text.slice(cut));
      assert.equal(`${(await answers.next())?.body}`, `page POST /upload ${body}\n`);
      socket.destroy();
    }
  });

  test('a large body arrives whole', async (t) => {
    const rig = await startRig(t);
    const body = Buffer.alloc(3_000_000, 'abc');
    const socket = dial(rig);
    const answers = new Answers(socket);
    socket.write(get('/upload', `Content-Length: ${body.length}\r\n`).replace('GET', 'POST'));
    socket.write(body);
    const answer = await answers.next();
    assert.ok(answer?.body.includes(body));
    socket.destroy();
  });

  test('an upgrade goes to the operations server, on /announce as well', async (t) => {
    const rig = await startRig(t);
    rig.operations.on('upgrade', (request, socket) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nContent-Length: 0\r\nX: ${request.url}\r\n\r\n`,
      );
    });
    const socket = dial(rig);
    socket.write(get('/announce', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
    const answer = await new Answers(socket).next();
    assert.deepEqual([answer?.status, /X: (.*)/.exec(answer?.head ?? '')?.[1]], [101, '/announce']);
    socket.destroy();
  });
});

describe('anything', () => {
  test('what is answered here is answered alike by the operations server', async (t) => {
    const rig = await startRig(t);
    const part = fc.constantFrom('&compact=0', '&left=x', '&ip=10.0.0.1', '&numwant=0', '&port=1');
    const target = fc.oneof(
      fc.array(part, { maxLength: 3 }).map((parts) => announceTarget + parts.join('')),
      fc
        .tuple(fc.nat(announceTarget.length - 1), fc.integer({ min: 0x21, max: 0x7e }))
        .map(
          ([at, code]) =>
            announceTarget.slice(0, at) + String.fromCharCode(code) + announceTarget.slice(at + 1),
        ),
    );
    await fc.assert(
      fc.asyncProperty(target, async (asked) => {
        const fields = 'Connection: close\r\n';
        const [here, there] = await Promise.all(
          ['', get('/page')].map(async (first) => {
            const socket = dial(rig);
            const answers = new Answers(socket);
            socket.write(first + get(asked, fields), 'latin1');
            if (first !== '') await answers.next();
            return (await answers.next())?.body.toString('latin1');
          }),
        );
        const plain = (body: string | undefined) => body?.replace(/incompletei\d+e/, '');
        assert.equal(plain(here), plain(there));
      }),
      { numRuns: 100 },
    );
  });

  test('random and mutated requests leave the tracker alive', async (t) => {
    const rig = await startRig(t);
    const whole = Buffer.from(get(announceTarget) + get(scrapeTarget));
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(20)).map(([at, value, cut]) => {
        const changed = Buffer.from(whole.subarray(0, whole.length - cut));
        if (at < changed.length) changed[at] = value;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(input, fc.boolean(), async (bytes, resets) => {
        const socket = dial(rig);
        await once(socket, 'connect');
        socket.resume();
        if (resets) {
          socket.write(bytes);
          socket.resetAndDestroy();
        } else socket.end(bytes);
        // The server may answer nonsense with a reset, on which once() would reject.
        await new Promise((resolve) => socket.once('close', resolve));
      }),
      { numRuns: 200 },
    );
    const socket = dial(rig);
    socket.write(get(announceTarget));
    assert.equal((await new Answers(socket).next())?.status, 200);
    socket.destroy();
  });
});
