/** Swarms of WebRTC peers with sockets that only remember what was sent; names for peers and offers. */
import assert from 'node:assert/strict';
import { SeededRandom } from '../base/random.ts';
import { noHooks, type TrackerHooks } from './hooks.ts';
import type { Counted } from './stats.ts';
import { isStoreFailure, type SwarmSnapshot } from './swarm-store.ts';
import { defaultWebSocketLimits, type WebSocketLimits } from './websocket-limits.ts';
import { WebSocketSwarms } from './websocket-swarms.ts';

export const torrent = 'T'.repeat(20);
export const otherTorrent = 'U'.repeat(20);

export interface Sent {
  readonly to: number;
  readonly message: Readonly<Record<string, unknown>>;
}

export class Rig {
  readonly sent: Sent[] = [];
  readonly probed: number[] = [];
  readonly counted: Counted[] = [];
  readonly swarms: WebSocketSwarms;
  nowMs = 1000;

  constructor(limits: Partial<WebSocketLimits> = {}, hooks: TrackerHooks = noHooks) {
    this.swarms = new WebSocketSwarms({
      links: {
        send: (to, text) => this.sent.push({ to, message: JSON.parse(text) }),
        probe: (connection) => this.probed.push(connection),
      },
      hooks,
      random: new SeededRandom(7),
      limits: { ...defaultWebSocketLimits, ...limits },
      count: (what) => this.counted.push(what),
    });
  }

  connect(...ids: number[]): void {
    for (const id of ids) {
      const address = Uint8Array.of(192, 0, 2, id);
      this.swarms.connect(id, { address, port: 5000 + id, urlData: '/announce' }, this.nowMs);
    }
  }

  /** What was sent because of it, to whomever. */
  say(id: number, message: Readonly<Record<string, unknown>>): Sent[] {
    this.sent.length = 0;
    assert.equal(this.swarms.receive(id, JSON.stringify(message), this.nowMs), undefined);
    return [...this.sent];
  }

  announce(id: number, more: Readonly<Record<string, unknown>> = {}): Sent[] {
    const fields = { action: 'announce', info_hash: torrent, peer_id: peer(id), left: 1 };
    return this.say(id, { ...fields, ...more });
  }

  answer(id: number, to: number, offerId: string, more: object = {}): Sent[] {
    return this.say(id, {
      action: 'announce',
      info_hash: torrent,
      peer_id: peer(id),
      to_peer_id: peer(to),
      offer_id: offerId,
      answer: { type: 'answer', sdp: `answer of ${id}` },
      ...more,
    });
  }

  totals() {
    const { swarms, seeders, leechers } = this.swarms.totals();
    return [swarms, seeders, leechers];
  }

  snapshots(): SwarmSnapshot[] {
    const all: SwarmSnapshot[] = [];
    const scan = this.swarms.scan(this.nowMs);
    for (let isOver = false; !isOver; ) {
      scan.next(2, (swarms) => {
        assert.ok(!isStoreFailure(swarms));
        isOver = swarms.length === 0;
        all.push(...swarms);
      });
    }
    return all;
  }
}

export function peer(id: number): string {
  return `-XX0000-${String(id).padStart(12, '0')}`;
}

export function offerId(name: number): string {
  return String(name).padStart(20, 'o');
}

export function offers(...names: number[]) {
  return names.map((name) => ({
    offer: { type: 'offer', sdp: `offer ${name}` },
    offer_id: offerId(name),
  }));
}

export function isOffer({ message }: Sent): boolean {
  return message.offer !== undefined;
}

export function failureOf(sent: readonly Sent[]): unknown {
  assert.equal(sent.length, 1);
  return sent[0]!.message['failure reason'];
}
