/**
 * Asks HTTP and HTTPS trackers (BEP 3, 7, 23, 24, 31, 48), within the limits of BoundedGetter.
 */
import { DecodeError } from '../base/decode-error.ts';
import type { AnnounceParameters, AnnounceReply } from '../engine/ports.ts';
import {
  decodeHttpAnnounceReply,
  decodeHttpScrapeReply,
  type HttpAnnounceReply,
  type HttpTrackerFailure,
  isHttpTrackerFailure,
} from '../protocol/http-tracker-reply-reader.ts';
import {
  buildAnnounceUrl,
  buildScrapeUrl,
  hasPresetInfoHash,
  scrapeUrlOf,
} from '../protocol/http-tracker-url.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { askFamilies, type Family, familiesOf } from './both-families.ts';
import { BoundedGetter, type GetReply } from './bounded-get.ts';
import { parseTrackerUrl, resolveHost } from './tracker-address.ts';
import { TrackerError } from './tracker-error.ts';

export interface HttpTrackerClientOptions {
  /** Longest wait for a connection and between chunks; 15 s unless told. */
  readonly timeoutMs?: number;
  /** Longest time for one announce or scrape; 60 s unless told. */
  readonly totalTimeoutMs?: number;
  /** 2 MiB unless told. */
  readonly bodyLimitBytes?: number;
  readonly userAgent?: string;
}

const maxRedirects = 5;
const defaultIntervalSeconds = 1800;
/** Longer waits asked for by Retry-After are taken for mistakes. */
const maxRetryAfterMs = 86_400_000;

export class HttpTrackerClient {
  readonly #getter: BoundedGetter;

  constructor(options: HttpTrackerClientOptions = {}) {
    this.#getter = new BoundedGetter(
      {
        timeoutMs: options.timeoutMs ?? 15_000,
        totalTimeoutMs: options.totalTimeoutMs ?? 60_000,
        bodyLimitBytes: options.bodyLimitBytes ?? 2 * 1024 * 1024,
        maxRedirects,
      },
      options.userAgent ?? 'Shoal',
    );
  }

  /** Over both families where the tracker has both (BEP 7). Rejects with TrackerError or a socket's error. */
  async announce(parameters: AnnounceParameters, signal: AbortSignal): Promise<AnnounceReply> {
    refusePreset(parameters.url);
    const families = familiesOf(
      await resolveHost(parseTrackerUrl(parameters.url, ['http:', 'https:']), signal),
    );
    return await askFamilies(families, signal, (family, each) =>
      this.#announceOver(family, parameters, each),
    );
  }

  async #announceOver(
    family: Family,
    parameters: AnnounceParameters,
    signal: AbortSignal,
  ): Promise<AnnounceReply> {
    const url = buildAnnounceUrl(parameters.url, parameters);
    const reply = await this.#getter.get(url, signal, family);
    const decoded = decode(reply, decodeHttpAnnounceReply);
    if (isHttpTrackerFailure(decoded)) throw saidNo(decoded);
    if (reply.status !== 200) throw badStatus(reply);
    return toAnnounceReply(decoded);
  }

  /** Counts in the order of `infoHashes`, undefined for those the tracker left out. */
  async scrape(
    announceUrl: string,
    infoHashes: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<(SwarmCounts | undefined)[]> {
    refusePreset(announceUrl);
    const scrapeUrl = scrapeUrlOf(announceUrl);
    if (scrapeUrl === undefined) {
      throw new TrackerError('TRACKER_NO_SCRAPE', 'this tracker offers no scrape');
    }
    const reply = await this.#getter.get(buildScrapeUrl(scrapeUrl, infoHashes), signal);
    const decoded = decode(reply, (body) => decodeHttpScrapeReply(body, infoHashes));
    if (isHttpTrackerFailure(decoded)) throw saidNo(decoded);
    if (reply.status !== 200) throw badStatus(reply);
    return decoded;
  }

  close(): void {
    this.#getter.close();
  }
}

function toAnnounceReply(reply: HttpAnnounceReply): AnnounceReply {
  const { intervalSeconds, minIntervalSeconds, ...rest } = reply;
  return {
    ...rest,
    intervalMs: 1000 * Math.max(1, intervalSeconds ?? defaultIntervalSeconds),
    ...(minIntervalSeconds === undefined ? {} : { minIntervalMs: 1000 * minIntervalSeconds }),
  };
}

function refusePreset(url: string): void {
  if (!hasPresetInfoHash(url)) return;
  throw new TrackerError('TRACKER_FORBIDDEN', 'its URL already names an info-hash');
}

/** A refusal in the tracker's own words is worth more than the status it comes with. */
function decode<T extends object>(
  reply: GetReply,
  read: (body: Uint8Array) => T | HttpTrackerFailure,
): T | HttpTrackerFailure {
  try {
    return read(reply.body);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (reply.status !== 200) throw badStatus(reply);
    throw new TrackerError('TRACKER_BAD_REPLY', describeBody(reply.body));
  }
}

function describeBody(body: Uint8Array): string {
  if (body.length === 0) return 'the answer is empty';
  const start = Buffer.from(body.subarray(0, 256)).toString('latin1').trimStart();
  if (start.startsWith('<')) return 'a web page answers there, not a tracker';
  return 'the answer is not one of a tracker';
}

function saidNo(failure: HttpTrackerFailure): TrackerError {
  const { retryMinutes } = failure;
  const retryAfterMs = typeof retryMinutes === 'number' ? retryMinutes * 60_000 : retryMinutes;
  return new TrackerError('TRACKER_SAID_NO', failure.failureReason, retryAfterMs);
}

function badStatus(reply: GetReply): TrackerError {
  return new TrackerError('TRACKER_HTTP', `HTTP ${reply.status}`, readRetryAfter(reply.retryAfter));
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = /^[0-9]{1,9}$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return waitMs > 0 ? Math.min(waitMs, maxRetryAfterMs) : undefined;
}
