/**
 * What an HTTP announce or scrape is answered with, wherever the request was read: limit, query,
 * tracker, reply. Every refusal is a `failure reason`, a sentence for the client's user.
 * Where the store is local, a compact answer is written straight into the bytes that leave.
 */
import { compactReplyRoom, writeCompactReply } from '../../protocol/http-compact-reply.ts';
import {
  encodeHttpAnnounceReply,
  encodeHttpFailure,
  encodeHttpScrapeReply,
} from '../../protocol/http-tracker-reply.ts';
import {
  HttpAnnounceQuery,
  isProblem,
  parseHttpScrape,
} from '../../protocol/http-tracker-request.ts';
import type { TrackerQuestion } from '../../protocol/http-tracker-target.ts';
import { type AnnounceSpace, isRefusal } from '../../tracker/announce.ts';
import {
  claimsOtherFamily,
  forwardedAddress,
  listedAddress,
  type TrustedNetwork,
} from '../../tracker/client-address.ts';
import type { RateLimiter } from '../../tracker/rate-limit.ts';
import type { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { HttpAnnounce } from './http-announce.ts';
import type { ReplyBuffer } from './reply-buffer.ts';

export interface TrackerResponderOptions {
  readonly logic: TrackerLogic;
  readonly trustedProxies: readonly TrustedNetwork[];
  /** No limit when left out. */
  readonly rateLimiter?: RateLimiter;
}

/** A request as far as its head is understood. The bytes are read before `answer` returns. */
export interface TrackerCall {
  readonly question: TrackerQuestion;
  readonly bytes: Buffer;
  /** Where path and query begin, and where the query ends. */
  readonly pathStart: number;
  readonly queryStart: number;
  readonly queryEnd: number;
  /** 4 or 16 bytes: who asks, behind trusted proxies. */
  readonly source: Uint8Array;
  /** When it arrived, by the tracker's clock. */
  readonly nowMs: number;
  /** Where the request arrived. */
  localAddress(): Uint8Array | undefined;
}

const noBytes = new Uint8Array(0);

export class TrackerResponder {
  readonly #logic: TrackerLogic;
  readonly #proxies: readonly TrustedNetwork[];
  readonly #rateLimiter: RateLimiter | undefined;
  readonly #query = new HttpAnnounceQuery();
  readonly #announce = new HttpAnnounce();
  readonly #space: AnnounceSpace = {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    intervalSeconds: 0,
    minIntervalSeconds: 0,
    ipv4: noBytes,
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: noBytes,
    ipv6At: 0,
    ipv6Count: 0,
  };

  constructor(options: TrackerResponderOptions) {
    this.#logic = options.logic;
    this.#proxies = options.trustedProxies;
    this.#rateLimiter = options.rateLimiter;
  }

  /** Who asks: `direct`, or whom a trusted proxy names in X-Forwarded-For. */
  clientAddress(direct: Uint8Array, forwardedFor: string | undefined): Uint8Array {
    return forwardedAddress(direct, forwardedFor, this.#proxies);
  }

  nowMs(): number {
    return this.#logic.nowMs();
  }

  get trustsProxies(): boolean {
    return this.#proxies.length > 0;
  }

  /** False when the network of `source` has to wait; it is counted. */
  admits(source: Uint8Array, nowMs: number): boolean {
    if (this.#rateLimiter?.take(source, nowMs) !== false) return true;
    this.#logic.count('limited', 'http');
    return false;
  }

  /** A request that is refused before it is understood. */
  countInvalid(): void {
    this.#logic.count('invalid', 'http');
  }

  /**
   * Answers into `out`, behind `head`, or says false: the rest of the work is then `answer`'s, which has
   * to be called with the same request.
   */
  answerNow(call: TrackerCall, out: ReplyBuffer, head: Uint8Array, omitsBody: boolean): boolean {
    if (call.question !== 'announce' || !this.#logic.answersNow) return false;
    const query = this.#query;
    const problem = query.read(call.bytes, call.queryStart, call.queryEnd);
    if (problem !== undefined || !query.isCompact) return false;
    const asked = this.#prepare(call);
    const most = this.#logic.policy.maxNumWant;
    const { beforeIpv4, beforeIpv6, afterPeers } = compactReplyRoom;
    const start = out.startReply(head, beforeIpv4 + beforeIpv6 + 24 * most + afterPeers);
    const space = this.#space;
    space.ipv4 = out.bytes;
    space.ipv6 = out.bytes;
    space.ipv4At = start + beforeIpv4;
    space.ipv6At = space.ipv4At + 6 * most + beforeIpv6;
    const refusal = this.#logic.announceNow(asked, space, call.nowMs);
    if (refusal !== undefined) {
      out.addReply(head, encodeHttpFailure(refusal.reason, refusal.retryMinutes), omitsBody);
      return true;
    }
    out.finishReply(start, writeCompactReply(out.bytes, start, space, call.source), omitsBody);
    return true;
  }

  /** `done` gets the body, before this returns or later. */
  answer(call: TrackerCall, done: (body: Uint8Array) => void): void {
    if (call.question === 'announce') this.#answerAnnounce(call, done);
    else this.#answerScrape(call, done);
  }

  #answerAnnounce(call: TrackerCall, done: (body: Uint8Array) => void): void {
    const query = this.#query;
    const problem = query.read(call.bytes, call.queryStart, call.queryEnd);
    if (problem !== undefined) {
      this.countInvalid();
      done(encodeHttpFailure(problem));
      return;
    }
    const asked = this.#prepare(call);
    const { isCompact } = query;
    const externalIp = call.source;
    this.#logic.announce(asked, (answer) => {
      done(
        isRefusal(answer)
          ? encodeHttpFailure(answer.reason, answer.retryMinutes)
          : encodeHttpAnnounceReply({ ...answer, externalIp }, isCompact),
      );
    });
  }

  #answerScrape(call: TrackerCall, done: (body: Uint8Array) => void): void {
    const parsed = parseHttpScrape(call.bytes, call.queryStart, call.queryEnd);
    if (isProblem(parsed)) {
      this.countInvalid();
      done(encodeHttpFailure(parsed.problem));
      return;
    }
    this.#logic.scrape('http', parsed.infoHashes, (counts) => {
      done(
        isRefusal(counts)
          ? encodeHttpFailure(counts.reason, counts.retryMinutes)
          : encodeHttpScrapeReply(parsed.infoHashes, counts),
      );
    });
  }

  #prepare(call: TrackerCall): HttpAnnounce {
    const claimed = this.#query.claimedAddresses;
    const { source } = call;
    const hasClaims = claimed.length > 0;
    const address = hasClaims ? listedAddress(source, call.localAddress(), claimed) : source;
    const wantsBoth = hasClaims && claimsOtherFamily(address, claimed);
    this.#announce.setQuery(this.#query, address, wantsBoth);
    this.#announce.setUrl(call.bytes, call.pathStart, call.queryEnd);
    return this.#announce;
  }
}
