/**
 * One way to speak to the daemon, fuzzed over HTTP: inputs are requests as text, in which words such as
 * HASH0 or OUTSIDE stand for what the running daemon has.
 */
import type { Random } from '../../src/base/random.ts';
import { decodeLatin1 } from '../../src/base/text.ts';
import { DaemonAsker, type DaemonAskerOptions, type HttpAnswer } from './daemon-asker.ts';
import { DaemonRig, magnetHash } from './daemon-rig.ts';
import { type HttpMessage, readMessage } from './http-message.ts';
import type { LiveSession } from './live-campaign.ts';
import { oddJson } from './odd-json.ts';

export interface Dialect {
  readonly judge: DaemonAskerOptions['judge'];
  /** Besides the token. */
  headers?(rig: DaemonRig): Promise<Readonly<Record<string, string>>>;
}

const restageEvery = 400;

export async function openDialect({ judge, headers }: Dialect): Promise<LiveSession> {
  const rig = await DaemonRig.open();
  try {
    const always = {
      authorization: `Bearer ${rig.token}`,
      ...(await headers?.(rig)),
    };
    return new DialectFuzz(rig, judge, always);
  } catch (error) {
    await rig.close();
    throw error;
  }
}

class DialectFuzz implements LiveSession {
  readonly subject: DaemonRig;
  readonly #asker: DaemonAsker;
  readonly #always: Readonly<Record<string, string>>;
  readonly #words: Map<string, string>;
  #sent = 0;

  constructor(
    rig: DaemonRig,
    judge: DaemonAskerOptions['judge'],
    always: Readonly<Record<string, string>>,
  ) {
    this.subject = rig;
    this.#always = always;
    this.#words = wordsOf(rig);
    this.#asker = new DaemonAsker({
      port: rig.port,
      secrets: rig.secrets,
      judge: (asked, answer) => {
        judge(asked, answer);
        this.#learn(answer);
      },
    });
  }

  async send(bytes: Uint8Array, random: Random): Promise<void> {
    if (++this.#sent % restageEvery === 0) {
      await this.settle();
      await this.subject.restage();
    }
    await this.#asker.ask(this.#message(decodeLatin1(bytes), random));
  }

  #message(text: string, random: Random): HttpMessage {
    const asked = readMessage(
      text.replace(/[A-Z]{4,8}\d?/g, (word) => this.#words.get(word) ?? word),
    );
    const isOdd = asked.body !== '' && random.below(2) === 0;
    const body = isOdd ? oddJson(asked.body, [...this.#words.values()], random) : undefined;
    const headers = new Map([...asked.headers, ...Object.entries(this.#always)]);
    return { ...asked, headers, body: toBytes(body ?? asked.body) };
  }

  /** Ids of shares are known only from their answers. */
  #learn({ status, headers }: HttpAnswer): void {
    const id = /^\/api\/v1\/shares\/(\w+)$/.exec(headers.location ?? '')?.[1];
    if (status === 201 && id !== undefined) this.#words.set('SHARE0', id);
  }

  settle(): Promise<void> {
    return this.#asker.settle();
  }

  async close(): Promise<void> {
    this.#asker.close();
    await this.subject.close();
  }
}

/** What stands for what is only known once the daemon runs. */
function wordsOf(rig: DaemonRig): Map<string, string> {
  const { tree, staged } = rig;
  return new Map([
    ...staged.map(({ hash }, index): [string, string] => [`HASH${index}`, hash]),
    ['HASH9', magnetHash],
    ...staged.map(({ bytes }, index): [string, string] => [
      `TORRENT${index}`,
      Buffer.from(bytes).toString('latin1'),
    ]),
    ...staged.map(({ bytes }, index): [string, string] => [
      `BASE${index}`,
      Buffer.from(bytes).toString('base64'),
    ]),
    ['INSIDE', tree.downloads],
    ['ALLOWED', tree.allowed],
    ['OUTSIDE', tree.outside],
    ['DATADIR', tree.data],
  ]);
}

/** Of a text that may have characters beyond Latin-1. */
function toBytes(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
