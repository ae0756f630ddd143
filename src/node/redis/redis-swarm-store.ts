/**
 * Swarms in Redis or Valkey, shared by any number of nodes. Every announce is one script call; Redis
 * has the clock, the peers and the chance, so nodes keep nothing that has to agree. What announces to
 * this node also goes into a store of its own, which answers when Redis does not, and from which Redis
 * gets back what it missed.
 *
 * Invariants: every request is answered once, within the time-out of the link at most; what waits for
 * Redis is bounded; counts come from Redis's sets and are never added up here.
 */
import type { Random } from '../../base/random.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import {
  isStoreFailure,
  type LocalSwarmStore,
  type PeerSnapshot,
  type StoreAnnounce,
  type StoreFailure,
  type StoreHealth,
  type StoreReply,
  type SwarmScan,
  type SwarmStore,
  type SwarmTotals,
} from '../../tracker/swarm-store.ts';
import { systemRandom } from '../system-random.ts';
import { HealthNotices } from './health-notices.ts';
import { emptyOutput, keepRequest, withoutPeers } from './kept-request.ts';
import { fillUp, largerCounts } from './outage-answer.ts';
import { OutageJournal } from './outage-journal.ts';
import { parseRedisUrl } from './redis-address.ts';
import type { RedisAnswer, RedisFailure } from './redis-connection.ts';
import { type LinkListener, notAccepted, RedisLink, type RedisLinkOptions } from './redis-link.ts';
import { RememberedReplies } from './remembered-replies.ts';
import { packAnnounce, readAnnounceReply, type ScriptTimes } from './script-codec.ts';
import { SharedSecrets } from './shared-secrets.ts';
import { SwarmIndex } from './swarm-index.ts';
import { announceScript } from './swarm-scripts.ts';
import { WriteBack } from './write-back.ts';

export interface RedisSwarmStoreOptions {
  readonly link: RedisLink;
  /** Of the keys of this store; the link's unless told. */
  readonly keyPrefix?: string;
  /** Answers while Redis cannot; its own limits bound it. Nobody else announces into it. */
  readonly local: LocalSwarmStore;
  /** The same for all nodes on one Redis; as that of `local`. */
  readonly peerTimeoutMs: number;
  /** When clients come back that were answered without Redis; 60 s unless told. */
  readonly retryMs?: number;
  /** How long a torrent without peers keeps its number of downloads; 30 days unless told. */
  readonly keepDownloadsMs?: number;
  /** Between two looks at the sums of all nodes; 2 s unless told, 0 for never. */
  readonly refreshMs?: number;
  /** About how many swarms this node counts again in one such look; 5,000 unless told. */
  readonly refreshBudget?: number;
  /** For what Redis said last, by swarm; 16 MiB unless told. */
  readonly maxRememberedBytes?: number;
  /** Who left or completed during an outage; 50,000 unless told. */
  readonly maxJournal?: number;
  /** `caller` takes the time of every call for the truth instead of Redis's clock. */
  readonly clock?: 'redis' | 'caller';
  readonly random?: Random;
  /** Called when `health()` changes between ok and degraded: for the log. */
  onHealth?(health: StoreHealth): void;
}

const defaultRetryMs = 60_000;
const dayMs = 86_400_000;
/** After Redis has refused a single call for a reason of that call. */
const refusalShownMs = 60_000;
/** A Redis that has more to do than it can is not told what it missed. */
const calmMs = 1000;
const noBytes = new Uint8Array(0);
const maxLookPeers = 5000;

export class RedisSwarmStore implements SwarmStore {
  readonly #options: RedisSwarmStoreOptions;
  readonly #link: RedisLink;
  readonly #release: () => Promise<void>;
  readonly #local: LocalSwarmStore;
  readonly #random: Random;
  readonly #retryMs: number;
  readonly #index: SwarmIndex;
  readonly #secrets: SharedSecrets;
  readonly #remembered: RememberedReplies;
  readonly #journal: OutageJournal;
  readonly #writeBack: WriteBack;
  readonly #listener: LinkListener;
  readonly #notices: HealthNotices;
  readonly #refreshTimer: NodeJS.Timeout | undefined;
  readonly #times: { now: number; peerTimeout: number; keepDownloads: number };
  #nowMs = 0;
  #dataset: string | undefined;
  #refusal: { readonly cause: string; readonly atMs: number } | undefined;
  #isRefreshing = false;

  /** `release` is called when the store is closed. */
  constructor(options: RedisSwarmStoreOptions, release: () => Promise<void> = async () => {}) {
    this.#options = options;
    this.#release = release;
    this.#link = options.link;
    this.#local = options.local;
    this.#random = options.random ?? systemRandom();
    this.#retryMs = options.retryMs ?? defaultRetryMs;
    this.#times = {
      now: options.clock === 'caller' ? virtualSeconds(0) : 0,
      peerTimeout: Math.max(1, Math.ceil(options.peerTimeoutMs / 1000)),
      keepDownloads: Math.ceil((options.keepDownloadsMs ?? 30 * dayMs) / 1000),
    };
    const times = (): ScriptTimes => this.#times;
    const keyPrefix = options.keyPrefix ?? this.#link.keyPrefix;
    this.#index = new SwarmIndex(this.#link, keyPrefix, times);
    this.#secrets = new SharedSecrets(this.#link, keyPrefix);
    this.#remembered = new RememberedReplies(options.maxRememberedBytes ?? 16 * 1024 * 1024);
    this.#journal = new OutageJournal(options.maxJournal ?? 50_000);
    this.#writeBack = new WriteBack({
      link: this.#link,
      index: this.#index,
      local: this.#local,
      journal: this.#journal,
      times,
      nowMs: () => this.#nowMs,
      downloadsOf: (infoHash) => this.#rememberedOf(infoHash, Infinity)?.downloads ?? 0,
    });
    this.#notices = new HealthNotices(
      () => this.health(),
      (health) => options.onHealth?.(health),
    );
    this.#listener = {
      onUp: (dataset) => this.#onUp(dataset),
      onDown: () => this.#notices.look(),
    };
    this.#link.listen(this.#listener);
    const refreshMs = options.refreshMs ?? 2000;
    if (refreshMs > 0) this.#refreshTimer = setInterval(() => this.#refresh(), refreshMs).unref();
    this.#notices.look();
  }

  /**
   * With a link of its own, after its first try to reach Redis; without Redis the store starts degraded.
   * Throws RedisSettingsError for a malformed URL and for what trying again cannot mend.
   */
  static async open(
    url: string,
    options: Omit<RedisSwarmStoreOptions, 'link'>,
    linkOptions: RedisLinkOptions = {},
  ): Promise<RedisSwarmStore> {
    const link = await RedisLink.open(parseRedisUrl(url), linkOptions);
    return new RedisSwarmStore({ ...options, link }, () => link.close());
  }

  announce(
    request: StoreAnnounce,
    nowMs: number,
    done: (reply: StoreReply | StoreFailure) => void,
  ): void {
    this.#isNow(nowMs);
    const seed = this.#random.below(0x1_0000_0000);
    const argument = packAnnounce(request, this.#times, seed);
    const kept = keepRequest(request);
    const key = this.#index.metaKey(kept.infoHash);
    const isAccepted = this.#link.callScript(announceScript, key, argument, (answer) => {
      const reply = Buffer.isBuffer(answer) ? readAnnounceReply(answer) : undefined;
      if (reply === undefined) {
        this.#isRefused(answer);
        this.#answerAlone(kept, key, nowMs, done);
        return;
      }
      if (reply.isIndexDue) this.#index.add(kept.infoHash, reply.now);
      this.#remembered.note(key, reply, nowMs);
      const { seeders, leechers, downloads, ipv4, ipv6 } = reply;
      done({
        seeders,
        leechers,
        downloads,
        ipv4: { addresses: ipv4, peerIds: noBytes },
        ipv6: { addresses: ipv6, peerIds: noBytes },
      });
    });
    if (isAccepted) this.#local.announceNow(withoutPeers(kept), nowMs, emptyOutput());
    else {
      this.#isRefused({ failure: notAccepted });
      this.#answerAlone(kept, key, nowMs, done);
    }
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void {
    const asked = infoHashes.map((infoHash) => infoHash.slice());
    Promise.all(asked.map((infoHash) => this.#index.look(infoHash, 0))).then(
      (looks) =>
        done(looks.map(({ seeders, leechers, downloads }) => ({ seeders, leechers, downloads }))),
      () => this.#scrapeAlone(asked, done),
    );
  }

  peers(
    infoHash: Uint8Array,
    limit: number,
    nowMs: number,
    done: (peers: readonly PeerSnapshot[] | StoreFailure) => void,
  ): void {
    this.#isNow(nowMs);
    const asked = infoHash.slice();
    this.#index.look(asked, Math.min(limit, maxLookPeers)).then(
      (look) => done(look.peers),
      () => this.#local.peers(asked, limit, nowMs, done),
    );
  }

  /** Of all nodes, as counted last; while nothing has been counted, of this node. */
  totals(): SwarmTotals {
    return this.#index.totals() ?? this.#local.totals();
  }

  /** Returns how many peers this node forgot; Redis forgets by itself. */
  tick(nowMs: number): number {
    this.#isNow(nowMs);
    return this.#local.tick(nowMs);
  }

  scan(nowMs: number, peersEach = 0): SwarmScan {
    this.#isNow(nowMs);
    if (this.#link.trouble !== undefined) return this.#local.scan(nowMs, peersEach);
    return this.#index.scan(peersEach);
  }

  health(): StoreHealth {
    const redis = `Redis at ${this.#link.address.name}`;
    const { trouble } = this.#link;
    if (trouble !== undefined) {
      const { swarms, seeders, leechers } = this.#local.totals();
      const retrySeconds = Math.ceil(this.#retryMs / 1000);
      return degraded(
        `${redis} cannot be used since ${clockTime(trouble.since)}: ${trouble.cause}. ` +
          `Announces are answered from what this node knows (${swarms} torrents, ${seeders + leechers} peers), ` +
          `clients come back within ${retrySeconds} s, and Redis gets what it missed when it is back.`,
      );
    }
    if (this.#refusal !== undefined && this.#wasRefusedWithin(refusalShownMs)) {
      return degraded(
        `${redis} did not take a call less than a minute ago: ${this.#refusal.cause}. It was answered without.`,
      );
    }
    if (this.#writeBack.isPending) {
      return degraded(`${redis} is back and is being told what it missed.`);
    }
    return { status: 'ok' };
  }

  /**
   * A secret that all nodes on this Redis share, such as the one behind connection ids: 32 bytes.
   * `onChange` is called when it has to be replaced, which happens when Redis could not be reached at
   * first or lost its data while another node started.
   */
  sharedSecret(name: string, onChange: (value: Uint8Array) => void): Promise<Uint8Array> {
    return this.#secrets.hold(name, onChange);
  }

  /** Counts every swarm of every node now. Rejects when Redis cannot be used. */
  refreshTotals(): Promise<void> {
    return this.#index.refresh(Infinity, true);
  }

  /** Ends the link that `open` made; announces that wait are answered without Redis. Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#refreshTimer);
    this.#notices.close();
    this.#link.unlisten(this.#listener);
    await this.#release();
  }

  #isNow(nowMs: number): void {
    if (nowMs <= this.#nowMs) return;
    this.#nowMs = nowMs;
    if (this.#options.clock === 'caller') this.#times.now = virtualSeconds(nowMs);
  }

  #answerAlone(
    request: StoreAnnounce,
    key: string,
    nowMs: number,
    done: (reply: StoreReply | StoreFailure) => void,
  ): void {
    this.#writeBack.missed(nowMs);
    this.#journal.note(request, nowMs);
    const remembered = this.#remembered.find(key, nowMs, this.#options.peerTimeoutMs);
    this.#local.announce(request, nowMs, (reply) => {
      done(isStoreFailure(reply) ? reply : fillUp(reply, remembered, request, this.#retryMs));
    });
  }

  #scrapeAlone(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void {
    this.#local.scrape(infoHashes, (counts) => {
      if (isStoreFailure(counts)) {
        done(counts);
        return;
      }
      done(
        counts.map((known, i) => {
          const remembered = this.#rememberedOf(infoHashes[i]!, this.#options.peerTimeoutMs);
          return remembered === undefined ? known : largerCounts(known, remembered);
        }),
      );
    });
  }

  #rememberedOf(infoHash: Uint8Array, maxAgeMs: number): SwarmCounts | undefined {
    return this.#remembered.find(this.#index.metaKey(infoHash), this.#nowMs, maxAgeMs);
  }

  /** A failure of the whole link is the link's to tell. */
  #isRefused(answer: RedisAnswer | RedisFailure): void {
    if (this.#link.trouble !== undefined) return;
    const isFailure = typeof answer === 'object' && answer !== null && 'failure' in answer;
    const cause = isFailure ? answer.failure : 'it answered with something else';
    this.#refusal = { cause, atMs: performance.now() };
    this.#notices.look();
  }

  #wasRefusedWithin(timeMs: number): boolean {
    return this.#refusal !== undefined && performance.now() - this.#refusal.atMs < timeMs;
  }

  #onUp(dataset: string): void {
    if (this.#dataset !== undefined && this.#dataset !== dataset) {
      this.#writeBack.missedAll();
      this.#index.forgetTotals();
    }
    this.#dataset = dataset;
    void this.#recover();
  }

  async #recover(): Promise<void> {
    try {
      await this.#secrets.agreeAgain();
      await this.#writeBack.run();
    } catch (error) {
      // The link tells about itself; what else went wrong is tried again with the next refresh.
      this.#isRefused({ failure: error instanceof Error ? error.message : 'it failed' });
    }
    this.#notices.look();
  }

  #refresh(): void {
    if (this.#isRefreshing || this.#link.trouble !== undefined) return;
    this.#isRefreshing = true;
    void this.#refreshNow().finally(() => {
      this.#isRefreshing = false;
    });
  }

  async #refreshNow(): Promise<void> {
    try {
      const mark = await this.#link.ask('GET', `${this.#link.keyPrefix}dataset`);
      if (String(mark) !== this.#dataset) {
        this.#link.drop('its data are gone');
        return;
      }
      if (this.#writeBack.isDue() && !this.#wasRefusedWithin(calmMs)) await this.#recover();
      await this.#index.refresh(this.#options.refreshBudget ?? 5000);
      this.#notices.look();
    } catch (error) {
      this.#isRefused({ failure: error instanceof Error ? error.message : 'it failed' });
    }
  }
}

/** The clock of callers starts at 0, and seconds of 0 mean the clock of Redis. */
function virtualSeconds(nowMs: number): number {
  return 1_000_000_000 + Math.floor(nowMs / 1000);
}

function degraded(problem: string): StoreHealth {
  return { status: 'degraded', problem };
}

/** `14:03:12 UTC`. */
function clockTime(date: Date): string {
  return `${date.toISOString().slice(11, 19)} UTC`;
}
