/**
 * Those who listen to the daemon's events: some read, some stop reading, some leave in the middle, and all
 * ask oddly. What readers get is what the contract says, in order; who left is forgotten.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStreamParser } from '../../src/api/client/event-stream-parser.ts';
import { notice, torrentChanges } from '../../src/api/contract/schema/daemon.ts';
import type { Random } from '../../src/base/random.ts';
import { decodeLatin1, encodeUtf8 } from '../../src/base/text.ts';
import { DaemonRig } from './daemon-rig.ts';
import { readMessage } from './http-message.ts';
import type { LiveSession, LiveTarget } from './live-campaign.ts';

const mostOpen = 60;
const forgottenMs = 5000;
const maxEventBytes = 2 ** 20;
const changeEvery = 7;

/** One connection: the head of the answer, then events; anything else is only to be an answer. */
class Reader {
  readonly #parser = new EventStreamParser(maxEventBytes);
  #head = '';
  #isStream: boolean | undefined;
  #revision = -1;
  /** Changes. */
  heard = 0;

  /** Throws for what must not come. */
  push(chunk: Buffer): void {
    if (this.#isStream === false) return;
    if (this.#isStream === true) {
      this.#pushBody(chunk);
      return;
    }
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#head.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0);
    assert.ok(status >= 200 && status < 500, head);
    this.#isStream = status === 200 && /content-type: text\/event-stream/i.test(head);
    const rest = this.#head.slice(end + 4);
    if (this.#isStream) this.#pushBody(Buffer.from(rest, 'latin1'));
  }

  /** The sizes of chunks stand in lines of their own, which no event has. */
  #pushBody(chunk: Buffer): void {
    for (const { event, data } of this.#parser.push(chunk)) {
      if (event === 'notice') notice.parse(JSON.parse(data));
      if (event !== 'changes') continue;
      const { revision } = torrentChanges.parse(JSON.parse(data));
      assert.ok(revision >= this.#revision, `revision ${revision} after ${this.#revision}`);
      this.#revision = revision;
      this.heard++;
    }
  }
}

class EventsFuzz implements LiveSession {
  readonly subject: DaemonRig;
  readonly #open = new Set<Socket>();
  #problem: Error | undefined;
  #sent = 0;
  /** Of those who read; so that it is seen when none of them hears anything. */
  #heard = 0;

  constructor(rig: DaemonRig) {
    this.subject = rig;
  }

  async send(bytes: Uint8Array, random: Random): Promise<void> {
    this.#tell();
    const { path, headers } = readMessage(decodeLatin1(bytes));
    const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
    const own = ['Host: localhost', `Authorization: Bearer ${this.subject.token}`];
    const socket = connect({ host: '127.0.0.1', port: this.subject.port });
    this.#open.add(socket);
    socket.on('error', () => undefined).once('close', () => this.#open.delete(socket));
    socket.write(`GET ${path} HTTP/1.1\r\n${[...own, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
    this.#treat(socket, random);
    if (++this.#sent % changeEvery === 0) await this.#change(random);
    while (this.#open.size >= mostOpen) {
      const [oldest] = this.#open;
      oldest?.destroy();
      await sleep(1);
    }
  }

  #treat(socket: Socket, random: Random): void {
    const kind = random.below(6);
    if (kind === 0) socket.destroy();
    else if (kind === 1) setTimeout(() => socket.resetAndDestroy(), random.below(20));
    else if (kind === 2) socket.pause();
    else if (kind === 3) socket.end();
    if (kind < 3) return;
    const reader = new Reader();
    socket.on('data', (chunk: Buffer) => {
      const before = reader.heard;
      try {
        reader.push(chunk);
        this.#heard += reader.heard - before;
      } catch (error) {
        this.#problem ??= error instanceof Error ? error : new Error(String(error));
      }
    });
  }

  /** Something that all listeners are told. */
  async #change(random: Random): Promise<void> {
    const { client, staged } = this.subject;
    const { hash } = staged[random.below(staged.length)]!;
    await client.change(hash, { labels: [`label ${random.below(50)}`, '\u2028"'] });
    if (random.below(5) === 0) await client.act('stop', hash);
    if (random.below(5) === 0) await client.act('start', hash);
  }

  #tell(): void {
    const problem = this.#problem;
    this.#problem = undefined;
    if (problem !== undefined) throw problem;
  }

  /** All leave; after that nobody is listened for. */
  async settle(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    const endMs = performance.now() + forgottenMs;
    while ((await this.#listening()) > 0) {
      assert.ok(performance.now() < endMs, 'who left is still listened for');
      await sleep(20);
    }
    this.#tell();
  }

  async #listening(): Promise<number> {
    const { port, token } = this.subject;
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
    const count = /^shoal_daemon_event_streams (\d+)$/m.exec(await answer.text())?.[1];
    assert.ok(count !== undefined, 'the metrics do not tell the streams');
    return Number(count);
  }

  async close(): Promise<void> {
    const isSilent = this.#sent > 100 && this.#heard === 0;
    for (const socket of this.#open) socket.destroy();
    await this.subject.close();
    assert.ok(!isSilent, 'nobody heard of any change');
  }
}

export const liveEventsTarget: LiveTarget = {
  name: 'events',
  samples: [
    'GET /api/v1/events\n\n',
    'GET /api/v1/events?intervalMs=250\n\n',
    'GET /api/v1/events?since=0&intervalMs=60000\n\n',
    'GET /api/v1/events?since=999999999\nLast-Event-ID: 3\n\n',
    'GET /api/v1/events\nLast-Event-ID: 12\nAccept: text/event-stream\n\n',
    'GET /api/v1/events\nAccept-Encoding: gzip\nCookie: shoal_session=0123456789abcdef\n\n',
  ].map(encodeUtf8),
  tokens: [
    ...[
      '?',
      '&',
      'since=',
      'intervalMs=',
      '250',
      '-1',
      '1e9',
      'NaN',
      '99999999999999999999',
      '%00',
    ],
    ...[
      '\nLast-Event-ID: ',
      '\nAccept: ',
      '\nRange: bytes=0-1',
      '/api/v1/events',
      '\nIf-None-Match: *',
    ],
  ],
  open: async () => new EventsFuzz(await DaemonRig.open()),
};
