/**
 * Asking one tracker one question, for a person who wants to know what it says and how fast. Nothing
 * of the asker stays behind: an announce is followed by `stopped`.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { fromHex } from '../../base/hex.ts';
import type { InfoHash } from '../../base/ids.ts';
import type {
  AnnounceParameters,
  AnnounceReply,
  TrackerFailure,
  TrackerPort,
} from '../../engine/ports.ts';
import { NodeTrackerClients } from '../../node/tracker-clients.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';

export type { AnnounceReply };

/** Exactly one of `reply` and `failure` is there. */
export interface TrackerAnswer<T> {
  readonly url: string;
  /** From asking to the answer, or to giving up. */
  readonly seconds: number;
  readonly reply?: T;
  readonly failure?: TrackerFailure;
}

/** A person waits: shorter than what a transfer grants. */
const limits = {
  http: { timeoutMs: 10_000, totalTimeoutMs: 15_000 },
  udp: { firstTimeoutMs: 2_500, attempts: 3 },
};

/** Never rejects because of the tracker; `signal` makes it reject. */
export async function diagnoseScrape(
  url: string,
  infoHashes: readonly InfoHash[],
  signal: AbortSignal,
): Promise<TrackerAnswer<readonly (SwarmCounts | undefined)[]>> {
  const hashes = infoHashes.map((infoHash) => fromHex(infoHash)!);
  return ask(url, signal, (clients, done) => clients.scrape(url, hashes, done));
}

/** Announces `started` with everything left, then leaves again. */
export async function diagnoseAnnounce(
  url: string,
  torrent: { readonly infoHash: InfoHash; readonly leftBytes: number },
  signal: AbortSignal,
): Promise<TrackerAnswer<AnnounceReply>> {
  const parameters: AnnounceParameters = {
    url,
    infoHash: fromHex(torrent.infoHash)!,
    peerId: randomBytes(20),
    port: randomInt(49_152, 65_536),
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: torrent.leftBytes,
    event: 'started',
    numWant: 50,
    key: randomInt(2 ** 32),
  };
  const answer = await ask<AnnounceReply>(url, signal, (clients, done) =>
    clients.announce(parameters, done),
  );
  const { reply } = answer;
  if (reply === undefined) return answer;
  const { trackerId } = reply;
  const leave = { ...parameters, event: 'stopped' as const, numWant: 0 };
  await ask(url, signal, (clients, done) =>
    clients.announce(trackerId === undefined ? leave : { ...leave, trackerId }, done),
  );
  // Many trackers list the asker itself; a port drawn at random tells it from the others.
  const peers = reply.peers.filter(({ port }) => port !== parameters.port);
  return { ...answer, reply: { ...reply, peers } };
}

type Done<T> = (reply: T | undefined, failure: TrackerFailure | undefined) => void;

function ask<T>(
  url: string,
  signal: AbortSignal,
  start: (clients: NodeTrackerClients, done: Done<T>) => ReturnType<TrackerPort['announce']>,
): Promise<TrackerAnswer<T>> {
  signal.throwIfAborted();
  const clients = new NodeTrackerClients(limits);
  const startedAtMs = performance.now();
  return new Promise<TrackerAnswer<T>>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    start(clients, (reply, failure) => {
      resolve({
        url,
        seconds: (performance.now() - startedAtMs) / 1000,
        ...(reply === undefined ? {} : { reply }),
        ...(failure === undefined ? {} : { failure }),
      });
    });
  }).finally(() => clients.close());
}
