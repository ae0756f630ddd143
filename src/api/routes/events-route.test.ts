/** The stream of events: what comes, to whom, how often it is made, and when it ends. */
import assert from 'node:assert/strict';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { eventsPath } from '../contract/torrents.ts';
import { type RoutesRig, startRoutes, token } from './daemon-routes-fixture.test.ts';
import { info, knownHash } from './recording-ports-fixture.test.ts';

interface Heard {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

class Ear {
  readonly asking: ClientRequest;
  readonly response: IncomingMessage;
  readonly heard: Heard[] = [];
  isOver = false;
  #text = '';

  constructor(asking: ClientRequest, response: IncomingMessage) {
    this.asking = asking;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#onText(text));
    response.on('close', () => {
      this.isOver = true;
    });
    response.on('error', () => undefined);
  }

  async until(holds: (ear: Ear) => boolean): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if (holds(this)) return;
      await new Promise((done) => setTimeout(done, 10));
    }
    assert.fail(`never came: ${JSON.stringify(this.heard)}`);
  }

  #onText(text: string): void {
    const parts = (this.#text + text).split('\n\n');
    this.#text = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      const data = JSON.parse(field('data') ?? '{}') as Record<string, unknown>;
      this.heard.push({ event: field('event') ?? '', id: field('id'), data });
    }
  }
}

function listen(
  t: TestContext,
  { port }: RoutesRig,
  query = '?intervalMs=250',
  headers: Record<string, string> = { authorization: `Bearer ${token}` },
): Promise<Ear> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: eventsPath + query, headers, agent: false };
    const asking = request(options, (response) => resolve(new Ear(asking, response)));
    asking.on('error', reject);
    asking.end();
    t.after(() => asking.destroy());
  });
}

test('first comes everything, then what changed, then nothing', async (t) => {
  const rig = await startRoutes(t);
  const ear = await listen(t, rig);
  assert.match(ear.response.headers['content-type'] ?? '', /^text\/event-stream/);
  assert.equal(ear.response.headers['cache-control'], 'no-store');
  await ear.until(({ heard }) => heard.length === 1);
  const { event, id, data } = ear.heard[0]!;
  assert.deepEqual([event, id, data.full, data.torrents], ['changes', '5', true, [info]]);
  rig.change(6, [{ ...info, name: 'changed\nname' }]);
  await ear.until(({ heard }) => heard.length === 2);
  assert.deepEqual([ear.heard[1]?.id, ear.heard[1]?.data.full], ['6', false]);
  const asked = rig.changesAsked.length;
  await new Promise((done) => setTimeout(done, 600));
  assert.ok(rig.changesAsked.length > asked, 'it was looked for');
  assert.equal(ear.heard.length, 2, 'what did not change is not sent');
  rig.notify({ kind: 'completed', hash: knownHash, message: 'it is\n\ndone' });
  await ear.until(({ heard }) => heard.length === 3);
  assert.deepEqual(ear.heard[2]?.data.message, 'it is\n\ndone');
});

test('who was here goes on where it was', async (t) => {
  const rig = await startRoutes(t);
  const headers = { authorization: `Bearer ${token}`, 'last-event-id': '5' };
  await listen(t, rig, '', headers);
  await listen(t, rig, '?since=4', { authorization: `Bearer ${token}` });
  await listen(t, rig, '?since=3', headers);
  await listen(t, rig, '', { ...headers, 'last-event-id': 'x' });
  assert.deepEqual(rig.changesAsked.slice(0, 4), [5, 4, 3, undefined]);
});

test('many who know the same cost one look each time', async (t) => {
  const rig = await startRoutes(t);
  const ears = await Promise.all(Array.from({ length: 30 }, () => listen(t, rig)));
  await Promise.all(ears.map((ear) => ear.until(({ heard }) => heard.length === 1)));
  const before = rig.changesAsked.length;
  assert.ok(before <= 10, `${before} for 30`);
  rig.change(6);
  await Promise.all(ears.map((ear) => ear.until(({ heard }) => heard.length === 2)));
  assert.ok(rig.changesAsked.length - before <= 3, `${rig.changesAsked.length - before}`);
});

test('too many are refused, and there is room again when one goes', async (t) => {
  const rig = await startRoutes(t, { maxEventStreams: 2 });
  const [one] = [await listen(t, rig), await listen(t, rig)];
  const third = await rig.ask({ path: eventsPath });
  assert.deepEqual([third.status, third.code], [429, 'TOO_MANY_REQUESTS']);
  assert.match(third.headers['retry-after'] ?? '', /^\d+$/);
  one?.asking.destroy();
  for (let i = 0; ; i++) {
    const ear = await listen(t, rig);
    if (ear.response.statusCode === 200) break;
    assert.ok(i < 100, 'never free');
  }
});

test('it ends cleanly with the daemon', async (t) => {
  const rig = await startRoutes(t);
  const ears = [await listen(t, rig), await listen(t, rig)];
  await ears[0]?.until(({ heard }) => heard.length === 1);
  await rig.close();
  for (const ear of ears) {
    await ear.until(({ isOver }) => isOver);
    assert.equal(ear.response.complete, true);
  }
});

test('bad questions are refused like all others', async (t) => {
  const rig = await startRoutes(t);
  for (const query of ['?since=x', '?intervalMs=1', '?since=-1', '?other=1']) {
    assert.equal((await rig.ask({ path: eventsPath + query })).code, 'BAD_REQUEST', query);
  }
  assert.equal((await rig.ask({ path: eventsPath, bare: true })).status, 401);
});
