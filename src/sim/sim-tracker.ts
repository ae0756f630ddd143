/**
 * A tracker in the simulated network: the production tracker's logic and store behind a line with
 * latency and outages.
 * Invariant: an announce that reached the tracker counts there, whatever becomes of the answer.
 */
import { equalBytes, readUint16 } from '../base/bytes.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { formatIp, parseIp } from '../base/ip-address.ts';
import type { Random } from '../base/random.ts';
import type {
  AnnounceParameters,
  AnnounceReply,
  TrackerFailure,
  TrackerPort,
} from '../engine/ports.ts';
import { type AnnounceAnswer, isRefusal } from '../tracker/announce.ts';
import { noHooks } from '../tracker/hooks.ts';
import { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import { isStoreFailure, type PackedPeers, type PeerSnapshot } from '../tracker/swarm-store.ts';
import { TrackerLogic } from '../tracker/tracker-logic.ts';
import { ensure } from './sim-failure.ts';
import type { SimHost } from './sim-host.ts';
import type { World } from './world.ts';

export interface SwarmView {
  readonly seeders: number;
  readonly leechers: number;
  readonly downloads: number;
  readonly peers: readonly PeerSnapshot[];
}

const oneWayMs = 30;
const timeoutMs = 15_000;

export const trackerUrl = 'http://tracker.example/announce';
/** Nobody listens there, ever. */
export const deadTrackerUrl = 'http://dead.example/announce';

export const announceIntervalMs = 60_000;
export const peerTimeoutMs = 150_000;

export class SimTracker {
  /** `refusing`: the machine is up, the tracker is not. `silent`: nothing answers. */
  state: 'up' | 'refusing' | 'silent' = 'up';
  readonly #world: World;
  readonly #logic: TrackerLogic;
  readonly #random: Random;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.forkRandom();
    const store = new MemorySwarmStore({ random: world.forkRandom(), peerTimeoutMs });
    const policy = {
      intervalMs: announceIntervalMs,
      intervalJitter: 0.1,
      minIntervalMs: 20_000,
      defaultNumWant: 50,
      maxNumWant: 200,
    };
    const context = { store, hooks: noHooks, policy, random: world.forkRandom() };
    this.#logic = new TrackerLogic(context, () => world.nowMs());
    world.every(1000, 1000, () => this.#logic.tick());
  }

  /** The tracker as a client on this host reaches it. */
  portFor(host: SimHost): TrackerPort {
    return { announce: (parameters, done) => this.#announce(host, parameters, done) };
  }

  /** What the tracker believes; zeros for a swarm it does not know. */
  view(infoHash: Uint8Array): SwarmView {
    let found: SwarmView = { seeders: 0, leechers: 0, downloads: 0, peers: [] };
    this.#logic.scan().next(1000, (swarms) => {
      ensure(!isStoreFailure(swarms), () => 'the store answers');
      if (isStoreFailure(swarms)) return;
      for (const swarm of swarms) {
        if (!equalBytes(swarm.infoHash, infoHash)) continue;
        const { seeders, leechers, downloads } = swarm;
        found = { seeders, leechers, downloads, peers: swarm.peers(10_000) };
      }
    });
    return found;
  }

  #announce(
    host: SimHost,
    parameters: AnnounceParameters,
    done: (reply: AnnounceReply | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void } {
    let cancelled = false;
    const finish = (
      delayMs: number,
      reply: AnnounceReply | undefined,
      failure: TrackerFailure | undefined,
    ) =>
      this.#world.after(delayMs, () => {
        if (cancelled) return;
        cancelled = true;
        done(reply, failure);
      });
    const hopMs = (oneWayMs + host.options.latencyMs) * (0.8 + 0.4 * this.#random.next());
    this.#world.after(hopMs, () => {
      this.#world.trace.note(this.#world.nowMs(), 2, host.id, parameters.event.length);
      if (this.state === 'silent') {
        finish(timeoutMs, undefined, { code: 'TRACKER_TIMEOUT', message: 'no answer in 15 s' });
      } else if (this.state === 'refusing' || parameters.url === deadTrackerUrl) {
        finish(hopMs, undefined, { code: 'TRACKER_REFUSED', message: 'connection refused' });
      } else this.#answer(host, parameters, (reply, failure) => finish(hopMs, reply, failure));
    });
    return {
      cancel: () => {
        cancelled = true;
      },
    };
  }

  #answer(
    host: SimHost,
    parameters: AnnounceParameters,
    done: (reply: AnnounceReply | undefined, failure: TrackerFailure | undefined) => void,
  ): void {
    const { infoHash, peerId, port, uploadedBytes, downloadedBytes, leftBytes } = parameters;
    const address = parseIp(host.ip);
    ensure(address !== undefined, () => `${host.ip} is an address`);
    ensure(leftBytes >= 0, () => `${host.ip} announced ${leftBytes} bytes left`);
    this.#logic.announce(
      {
        transport: 'udp',
        infoHash,
        peerId,
        address: address!,
        port,
        uploadedBytes,
        downloadedBytes,
        leftBytes,
        event: parameters.event,
        numWant: parameters.numWant,
        wantsBothFamilies: false,
        wantsPeerIds: false,
        urlData: undefined,
      },
      (answer) => {
        if (isRefusal(answer)) {
          done(undefined, { code: 'TRACKER_FAILURE', message: answer.reason });
        } else done(replyOf(answer), undefined);
      },
    );
  }
}

function replyOf(answer: AnnounceAnswer): AnnounceReply {
  return {
    intervalMs: answer.intervalSeconds * 1000,
    minIntervalMs: answer.minIntervalSeconds * 1000,
    seeders: answer.seeders,
    leechers: answer.leechers,
    downloads: answer.downloads,
    peers: unpackIpv4(answer.ipv4),
  };
}

function unpackIpv4({ addresses }: PackedPeers): Endpoint[] {
  const peers: Endpoint[] = [];
  for (let at = 0; at + 6 <= addresses.length; at += 6) {
    const host = formatIp(addresses.subarray(at, at + 4));
    if (host !== undefined) peers.push({ host, port: readUint16(addresses, at + 4) });
  }
  return peers;
}
