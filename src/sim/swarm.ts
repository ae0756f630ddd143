/**
 * A simulated swarm: its world, its tracker and its peers, as a scenario puts them together.
 */
import type { Hashes } from '../base/hashes.ts';
import type { SeededRandom } from '../base/random.ts';
import type { LogEntry } from '../engine/ports.ts';
import type { RateLimit } from '../engine/rate.ts';
import { FaultyPeer } from './faulty-peer.ts';
import type { FaultyKind } from './faulty-talk.ts';
import { fluidBoundMs } from './fluid-bound.ts';
import { SimContent } from './sim-content.ts';
import { SimDisk } from './sim-disk.ts';
import type { HostOptions, SimHost } from './sim-host.ts';
import { SimNetwork } from './sim-network.ts';
import { SimPeer } from './sim-peer.ts';
import type { Spoiler } from './sim-storage.ts';
import { SimTracker } from './sim-tracker.ts';
import { World } from './world.ts';

export interface SwarmOptions {
  readonly seed: number;
  readonly hashes: Hashes;
  /** Overrides how many leechers the scenario would have. */
  readonly leechers?: number | undefined;
  readonly log?: (line: string) => void;
  /** Looks thoroughly at every peer after every event: slow, for finding what went wrong first. */
  readonly strict?: boolean;
}

const kib = 1024;

export interface PeerPlan extends Partial<HostOptions> {
  readonly upLimit?: RateLimit;
  readonly downLimit?: RateLimit;
  readonly fromMagnet?: boolean;
  readonly filesWanted?: readonly boolean[];
  readonly tiers?: readonly (readonly string[])[];
  readonly spoil?: Spoiler;
  readonly maxPeers?: number;
  readonly slabBudgetBytes?: number;
  /** When it starts; at once unless told. */
  readonly startMs?: number;
}

export class Swarm {
  readonly world: World;
  readonly network: SimNetwork;
  readonly tracker: SimTracker;
  readonly random: SeededRandom;
  readonly peers: SimPeer[] = [];
  readonly faulty: FaultyPeer[] = [];
  readonly options: SwarmOptions;
  content: SimContent;
  #hostCount = 0;

  constructor(options: SwarmOptions) {
    this.options = options;
    this.world = new World(options.seed);
    this.network = new SimNetwork(this.world);
    this.tracker = new SimTracker(this.world);
    this.random = this.world.forkRandom();
    this.content = this.makeContent(64, 32 * kib);
  }

  /** About so many pieces, in three files one of which is empty; the last piece is short. */
  makeContent(pieces: number, pieceLength: number): SimContent {
    const totalBytes = pieces * pieceLength - this.random.below(pieceLength);
    const firstBytes = Math.floor(totalBytes * (0.2 + 0.4 * this.random.next()));
    const fileBytes = [firstBytes, 0, totalBytes - firstBytes];
    this.content = new SimContent({ pieceLength, fileBytes }, this.world.forkRandom());
    return this.content;
  }

  get leechers(): SimPeer[] {
    return this.peers.filter((peer) => !peer.options.isSeed && peer.isHonest);
  }

  get honest(): SimPeer[] {
    return this.peers.filter((peer) => peer.isHonest);
  }

  /** How many leechers there are to be. */
  size(usual: number): number {
    return this.options.leechers ?? usual;
  }

  addHost(plan: Partial<HostOptions>): SimHost {
    const number = this.#hostCount++;
    return this.network.addHost({
      ip: plan.ip ?? `45.${number >> 8}.${number & 255}.${1 + this.random.below(250)}`,
      upBytesPerSecond: plan.upBytesPerSecond ?? 256 * kib,
      downBytesPerSecond: plan.downBytesPerSecond ?? 2048 * kib,
      latencyMs: plan.latencyMs ?? 5 + this.random.below(60),
    });
  }

  addSeed(plan: PeerPlan = {}): SimPeer {
    return this.#add(`seed ${this.peers.length}`, true, plan);
  }

  addLeecher(plan: PeerPlan = {}): SimPeer {
    return this.#add(`leecher ${this.peers.length}`, false, plan);
  }

  addLeechers(count: number, plan: () => PeerPlan = () => ({})): SimPeer[] {
    return Array.from({ length: count }, () => this.addLeecher(plan()));
  }

  addFaulty(kind: FaultyKind, plan: Partial<HostOptions> = {}): FaultyPeer {
    const { world, network, tracker, content } = this;
    const host = this.addHost(plan);
    const peer = new FaultyPeer({ world, network, tracker, host, content, kind });
    this.faulty.push(peer);
    return peer;
  }

  #add(name: string, isSeed: boolean, plan: PeerPlan): SimPeer {
    const { world, network, tracker } = this;
    const { log, hashes } = this.options;
    const host = this.addHost(plan);
    const label = `${name} (${host.ip})`;
    const peer = new SimPeer(label, {
      ...plan,
      world,
      network,
      tracker,
      host,
      hashes,
      isSeed,
      disk: new SimDisk(this.content),
      maxPeers: plan.maxPeers ?? 40,
      slabBudgetBytes: plan.slabBudgetBytes ?? 4 * 1024 * kib,
      log: log && ((who, entry) => log(this.#line(who, entry))),
    });
    this.peers.push(peer);
    world.at(plan.startMs ?? 0, () => peer.start());
    return peer;
  }

  #line(who: string, { code, message, remote }: LogEntry): string {
    const about = remote === undefined ? '' : ` ${remote.host}:${remote.port}`;
    return `${(this.world.nowMs() / 1000).toFixed(3)} ${who}${about} ${code} ${message}`;
  }

  /** The fluid limit of this swarm, if all were there from the start. */
  fluidBoundMs(): number {
    const hosts = this.leechers.map((peer) => peer.options.host.options);
    const seeds = this.peers.filter((peer) => peer.options.isSeed && peer.isHonest);
    return fluidBoundMs({
      fileBytes: this.content.lengthBytes,
      seedUpBytesPerSecond: sum(seeds.map((seed) => seed.options.host.options.upBytesPerSecond)),
      leecherUpBytesPerSecond: hosts.map((host) => host.upBytesPerSecond),
      leecherDownBytesPerSecond: hosts.map((host) => host.downBytesPerSecond),
    });
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.random.below(most - least + 1);
  }

  /** Calls `run` every second of virtual time until it returns true. */
  watch(run: () => boolean): void {
    const timer = this.world.every(1000, 1000, () => {
      if (run()) timer.cancel();
    });
  }
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
