/**
 * Which swarms there are: 64 sorted sets of info-hashes, scored by the time of a late announce. A swarm
 * is put in again every quarter of the peer time-out, and taken out when that has not happened for
 * longer than a peer lives, so a swarm with a peer is always in and nothing has to be undone when a
 * node dies. The sums over all swarms are counted from the swarms themselves, a shard at a time, by
 * whichever node holds the lock, and never adjusted: they are up to some minutes old and do not drift.
 */
import { toHex } from '../../base/hex.ts';
import type {
  StoreFailure,
  SwarmScan,
  SwarmSnapshot,
  SwarmTotals,
} from '../../tracker/swarm-store.ts';
import { type IndexPage, IndexWalk } from './index-walk.ts';
import type { RedisAnswer } from './redis-connection.ts';
import type { RedisLink } from './redis-link.ts';
import { packLook, readLookReply, type ScriptTimes, type SwarmLook } from './script-codec.ts';
import { lookScript } from './swarm-scripts.ts';

const shardCount = 64;
/** Swarms asked about in one go. */
const pageSize = 256;
const shardsAtOnce = 8;
/** Swarms dropped from a shard at most each time it is counted. */
const maxTrimmed = 2000;
const lockMs = 20_000;

interface ShardSum extends SwarmTotals {
  readonly countedAt: number;
}

export class SwarmIndex {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #times: () => ScriptTimes;
  /** Waiting to be put in, by shard, each with its score. */
  readonly #due = new Map<number, Map<string, number>>();
  readonly #sums = new Map<number, ShardSum>();
  #isFlushing = false;

  constructor(link: RedisLink, prefix: string, times: () => ScriptTimes) {
    this.#link = link;
    this.#prefix = prefix;
    this.#times = times;
  }

  /** As counted last; undefined before the first time. */
  totals(): SwarmTotals | undefined {
    if (this.#sums.size === 0) return undefined;
    const sum = { swarms: 0, seeders: 0, leechers: 0 };
    for (const { swarms, seeders, leechers } of this.#sums.values()) {
      sum.swarms += swarms;
      sum.seeders += seeders;
      sum.leechers += leechers;
    }
    return sum;
  }

  /** The data are gone, and with them what was counted. */
  forgetTotals(): void {
    this.#sums.clear();
  }

  /** The key of which every key of the swarm is made. */
  metaKey(infoHash: Uint8Array): string {
    return `${this.#prefix}{${toHex(infoHash)}}:m`;
  }

  /** Puts the swarm in soon, with others. One that gets lost on the way is due again later. */
  add(infoHash: Uint8Array, seconds: number): void {
    const shard = shardOf(infoHash);
    let swarms = this.#due.get(shard);
    if (swarms === undefined) {
      swarms = new Map();
      this.#due.set(shard, swarms);
    }
    swarms.set(toHex(infoHash), seconds);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushing = false;
    for (const [shard, swarms] of this.#due) {
      const args: (string | Buffer)[] = ['ZADD', this.#shardKey(shard)];
      for (const [hex, seconds] of swarms) args.push(String(seconds), Buffer.from(hex, 'hex'));
      this.#link.ask(...args).catch(ignoreFailure);
    }
    this.#due.clear();
  }

  async look(infoHash: Uint8Array, peers: number): Promise<SwarmLook> {
    const argument = packLook(this.#times(), peers);
    const answer = await this.#link.askScript(lookScript, this.metaKey(infoHash), argument);
    const look = Buffer.isBuffer(answer) ? readLookReply(answer) : undefined;
    if (look === undefined) throw new Error('Redis answered with something else');
    return look;
  }

  scan(peersEach: number): SwarmScan {
    const walk = new IndexWalk((shard, cursor) => this.#page(shard, cursor), shardCount);
    const nextPage = async (limit: number): Promise<SwarmSnapshot[]> => {
      for (;;) {
        const infoHashes = await walk.next(limit);
        const swarms = await Promise.all(
          infoHashes.map((infoHash) => this.#snapshot(infoHash, peersEach)),
        );
        const found = swarms.filter(({ seeders, leechers }) => seeders + leechers > 0);
        if (found.length > 0 || infoHashes.length === 0) return found;
      }
    };
    return {
      next: (limit, done) => {
        nextPage(Math.min(limit, pageSize)).then(done, (error: unknown) => done(asFailure(error)));
      },
    };
  }

  async #snapshot(infoHash: Uint8Array, peersEach: number): Promise<SwarmSnapshot> {
    const { seeders, leechers, downloads, peers } = await this.look(infoHash, peersEach);
    return { infoHash, seeders, leechers, downloads, peers: (limit) => peers.slice(0, limit) };
  }

  /**
   * Reads the sums that any node has counted, and counts some shards again when no other node does.
   * `budget` is about how many swarms are looked at. Rejects when Redis cannot be used.
   */
  async refresh(budget: number, isForced = false): Promise<void> {
    await this.#readSums();
    const lock = `${this.#prefix}counting`;
    if (!isForced) {
      const taken = await this.#link.ask('SET', lock, '1', 'NX', 'PX', String(lockMs));
      if (taken === null) return;
    }
    const oldestFirst = Array.from({ length: shardCount }, (_, shard) => shard).sort(
      (a, b) => (this.#sums.get(a)?.countedAt ?? 0) - (this.#sums.get(b)?.countedAt ?? 0),
    );
    const untilMs = performance.now() + lockMs / 2;
    let looked = 0;
    for (let at = 0; at < shardCount; at += shardsAtOnce) {
      if (!isForced && (looked >= budget || performance.now() > untilMs)) break;
      const shards = oldestFirst.slice(at, at + shardsAtOnce);
      const counts = await Promise.all(shards.map((shard) => this.#countShard(shard)));
      looked += counts.reduce((sum, count) => sum + count, 0);
    }
    if (!isForced) await this.#link.ask('DEL', lock);
  }

  async #readSums(): Promise<void> {
    const fields = await this.#link.ask('HGETALL', `${this.#prefix}totals`);
    if (!Array.isArray(fields)) return;
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const shard = Number(fields[i]);
      const [swarms, seeders, leechers, countedAt] = String(fields[i + 1])
        .split(' ')
        .map(Number);
      if (!(shard >= 0 && shard < shardCount) || countedAt === undefined) continue;
      this.#sums.set(shard, {
        swarms: swarms ?? 0,
        seeders: seeders ?? 0,
        leechers: leechers ?? 0,
        countedAt,
      });
    }
  }

  /** Returns how many swarms it looked at. */
  async #countShard(shard: number): Promise<number> {
    const countedAt = await this.#now();
    await this.#trim(shard, countedAt);
    const walk = new IndexWalk((_, cursor) => this.#page(shard, cursor), 1);
    const sum = { swarms: 0, seeders: 0, leechers: 0, countedAt };
    let looked = 0;
    for (;;) {
      const infoHashes = await walk.next(pageSize);
      if (infoHashes.length === 0) break;
      looked += infoHashes.length;
      for (const look of await Promise.all(infoHashes.map((one) => this.look(one, 0)))) {
        if (look.seeders + look.leechers > 0) sum.swarms++;
        sum.seeders += look.seeders;
        sum.leechers += look.leechers;
      }
    }
    this.#sums.set(shard, sum);
    const text = `${sum.swarms} ${sum.seeders} ${sum.leechers} ${countedAt}`;
    await this.#link.ask('HSET', `${this.#prefix}totals`, String(shard), text);
    return looked;
  }

  async #trim(shard: number, now: number): Promise<void> {
    const before = now - Math.ceil(1.25 * this.#times().peerTimeout) - 60;
    const key = this.#shardKey(shard);
    const dead = await this.#link.ask('ZCOUNT', key, '-inf', `(${before}`);
    if (typeof dead !== 'number' || dead === 0) return;
    await this.#link.ask('ZREMRANGEBYRANK', key, '0', String(Math.min(dead, maxTrimmed) - 1));
  }

  async #now(): Promise<number> {
    const { now } = this.#times();
    if (now > 0) return now;
    const time = await this.#link.ask('TIME');
    return Array.isArray(time) ? Number(time[0]) : 0;
  }

  async #page(shard: number, cursor: string): Promise<IndexPage> {
    const key = this.#shardKey(shard);
    const answer = await this.#link.ask('ZSCAN', key, cursor, 'COUNT', String(pageSize));
    if (!Array.isArray(answer)) throw new Error('Redis answered with something else');
    const [next, members] = answer as readonly RedisAnswer[];
    const found = Array.isArray(members) ? members : [];
    const infoHashes = found.filter((member, i) => i % 2 === 0 && isInfoHash(member)) as Buffer[];
    return { cursor: String(next), infoHashes };
  }

  #shardKey(shard: number): string {
    return `${this.#prefix}swarms:${shard}`;
  }
}

function shardOf(infoHash: Uint8Array): number {
  return (infoHash[0] ?? 0) % shardCount;
}

function isInfoHash(member: RedisAnswer): boolean {
  return Buffer.isBuffer(member) && member.length === 20;
}

function asFailure(error: unknown): StoreFailure {
  const cause = error instanceof Error ? error.message : 'it failed';
  return { code: 'STORE_UNREACHABLE', reason: `the tracker cannot reach its store: ${cause}` };
}

/** What was not put in is due again within a quarter of the peer time-out. */
function ignoreFailure(): void {}
