/**
 * A peer that does not play by the rules. It is known to the tracker as a seeder, listens, and dials
 * whom the tracker names. What it does on its links is its talk's business (faulty-talk.ts).
 * Invariant: it speaks the wire with the production codecs and has none of the engine in it.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { SeededRandom } from '../base/random.ts';
import type { Link, LinkSink } from '../engine/ports.ts';
import { type FaultyKind, FaultyTalk } from './faulty-talk.ts';
import { randomBytes, type SimContent } from './sim-content.ts';
import type { SimHost } from './sim-host.ts';
import type { SimNetwork } from './sim-network.ts';
import { listenPort } from './sim-peer.ts';
import { type SimTracker, trackerUrl } from './sim-tracker.ts';
import type { World } from './world.ts';

export interface FaultyPeerOptions {
  readonly world: World;
  readonly network: SimNetwork;
  readonly tracker: SimTracker;
  readonly host: SimHost;
  readonly content: SimContent;
  readonly kind: FaultyKind;
}

const announceMs = 45_000;
const mostTalks = 40;
const dialsPerAnnounce = 6;

export class FaultyPeer {
  readonly host: SimHost;
  readonly kind: FaultyKind;
  readonly #options: FaultyPeerOptions;
  readonly #random: SeededRandom;
  readonly #peerId: Uint8Array;
  readonly #talks = new Set<FaultyTalk>();
  #dialling = 0;

  constructor(options: FaultyPeerOptions) {
    const { world, host } = options;
    this.#options = options;
    this.host = host;
    this.kind = options.kind;
    this.#random = world.forkRandom();
    this.#peerId = randomBytes(20, this.#random);
    host.listenPort = listenPort;
    host.listener = (link) => this.#talk(link);
    world.every(announceMs, this.#random.next() * 3000, () => this.#announce());
    world.every(1000, this.#random.next() * 1000, () => {
      for (const talk of this.#talks) talk.tick();
    });
  }

  #talk(link: Link): LinkSink | undefined {
    if (this.#talks.size >= mostTalks) return undefined;
    const { kind, content } = this.#options;
    const talk = new FaultyTalk(link, {
      kind,
      content,
      peerId: this.#peerId,
      random: this.#random,
      onGone: (gone) => this.#talks.delete(gone),
    });
    this.#talks.add(talk);
    return talk;
  }

  #announce(): void {
    const { tracker, content, host } = this.#options;
    tracker.portFor(host).announce(
      {
        url: trackerUrl,
        infoHash: content.infoHash,
        peerId: this.#peerId,
        port: listenPort,
        uploadedBytes: 0,
        downloadedBytes: 0,
        leftBytes: 0,
        event: 'none',
        numWant: 30,
        key: 1,
      },
      (reply) => {
        for (const peer of (reply?.peers ?? []).slice(0, dialsPerAnnounce)) this.#dial(peer);
      },
    );
  }

  #dial(remote: Endpoint): void {
    if (this.#dialling + this.#talks.size >= mostTalks) return;
    this.#dialling++;
    const over = () => {
      this.#dialling--;
    };
    this.#options.network.dialerOf(this.host).dial(remote, {
      onDialed: (link) => {
        over();
        return this.#talk(link);
      },
      onDialFailed: over,
    });
  }
}
