/**
 * Why a torrent that should be loading is not, or not faster: one code and one sentence each, the
 * most telling first. A pure function of a snapshot.
 * Invariant: a torrent that has nothing and gets nothing always has a reason.
 */
import { formatBytes, formatWait } from '../base/amounts.ts';
import type { Reason } from './torrent-status.ts';
import type { TrackerStatus } from './tracker-status.ts';

/** Below this, a torrent counts as standing still. */
const flowingBytesPerSecond = 1024;
/** A limit is what holds a torrent back once it is used to this part. */
const limitUsed = 0.9;

/** Before this a peer that was just asked is not called silent. */
const quietMs = 5000;

export interface StallSnapshot {
  /** Waiting for the info dictionary, or for pieces. */
  readonly phase: 'metadata' | 'downloading';
  /** The info dictionary is here, and the hashes of the pieces are not (BEP 52). */
  readonly waitsForHashes?: boolean;
  /** Bytes per second. */
  readonly downRate: number;
  /** In words, naming path and cause; the torrent stands still until it is gone. */
  readonly diskError?: string | undefined;
  /** All memory for pieces is out at the disk, so nothing is read from peers. */
  readonly waitsForDisk: boolean;
  /** Downloads that go first; 0 when this one is running. */
  readonly queuedBehind: number;
  /** The narrowest limit that applies. */
  readonly limit?:
    | { readonly bytesPerSecond: number; readonly owner: 'torrent' | 'daemon' }
    | undefined;
  /** Peers whose handshake is through. */
  readonly connectedPeers: number;
  /** Of these, who have a piece we want. */
  readonly usefulPeers: number;
  /** Of the useful ones, who choke us. */
  readonly chokingPeers: number;
  /** Since the last block, or since there was anybody to ask. */
  readonly quietForMs: number;
  readonly dialingPeers: number;
  /** Known addresses that are neither linked nor being dialled. */
  readonly idleCandidates: number;
  /** Wanted pieces that no connected peer has. */
  readonly absentPieces: { readonly first: number; readonly count: number } | undefined;
  readonly pieceCount: number;
  readonly trackers: readonly TrackerStatus[];
  /** Our listening port, when it is known that nobody gets through to it. */
  readonly unreachablePort?: number | undefined;
}

/** The first is the one to show; empty when nothing holds the torrent up. */
export function stallReasons(snapshot: StallSnapshot): Reason[] {
  const reasons: (Reason | undefined)[] = [
    diskReason(snapshot),
    queueReason(snapshot),
    limitReason(snapshot),
  ];
  if (snapshot.downRate < flowingBytesPerSecond) {
    reasons.push(
      snapshot.connectedPeers === 0 ? loneReason(snapshot) : companyReason(snapshot),
      portReason(snapshot),
    );
  }
  return reasons.filter((reason) => reason !== undefined);
}

function diskReason({ diskError, waitsForDisk, downRate }: StallSnapshot): Reason | undefined {
  if (diskError !== undefined) return { code: 'DISK_ERROR', message: diskError };
  if (!waitsForDisk || downRate >= flowingBytesPerSecond) return undefined;
  return { code: 'DISK_BUSY', message: 'waiting for the disk' };
}

function queueReason({ queuedBehind }: StallSnapshot): Reason | undefined {
  if (queuedBehind === 0) return undefined;
  const message = `waiting in the queue behind ${counted(queuedBehind, 'download')}`;
  return { code: 'QUEUED', message };
}

function limitReason({ limit, downRate }: StallSnapshot): Reason | undefined {
  if (limit === undefined || downRate < limit.bytesPerSecond * limitUsed) return undefined;
  const rate = `${formatBytes(limit.bytesPerSecond)}/s`;
  return { code: 'LIMITED', message: `limited to ${rate} by the ${limit.owner}'s limit` };
}

/** Nobody is connected. */
function loneReason(snapshot: StallSnapshot): Reason {
  const { dialingPeers, idleCandidates, trackers } = snapshot;
  if (dialingPeers > 0) {
    return { code: 'CONNECTING', message: `connecting to ${counted(dialingPeers, 'peer')}` };
  }
  if (idleCandidates > 0) {
    const who = idleCandidates === 1 ? 'the one known peer' : `${idleCandidates} known peers`;
    return {
      code: 'PEERS_UNREACHABLE',
      message: `${who} cannot be reached, and will be tried again`,
    };
  }
  if (trackers.length === 0) {
    return { code: 'NO_SOURCES', message: 'no tracker to ask and no peer known' };
  }
  const silent = trackerReason(trackers);
  return silent ?? { code: 'NO_PEERS', message: 'no peers found yet' };
}

/** All of those that were asked failed, and none is being asked for the first time. */
function trackerReason(trackers: readonly TrackerStatus[]): Reason | undefined {
  const answering = trackers.some(
    ({ state, failures }) => state === 'working' || (state === 'announcing' && failures === 0),
  );
  const failed = trackers.filter(({ failures }) => failures > 0);
  const soonest = failed.reduce<TrackerStatus | undefined>(
    (best, tracker) => (best === undefined || nextInMs(tracker) < nextInMs(best) ? tracker : best),
    undefined,
  );
  if (answering || soonest === undefined) return undefined;
  const waitMs = nextInMs(soonest);
  const retry =
    waitMs === Number.POSITIVE_INFINITY
      ? 'it said not to ask again'
      : waitMs === 0
        ? 'trying again now'
        : `next try in ${formatWait(waitMs)}`;
  return {
    code: 'NO_TRACKER',
    message: `no tracker answers (${soonest.url}: ${soonest.lastMessage}, ${retry})`,
  };
}

function nextInMs(tracker: TrackerStatus): number {
  return tracker.nextAnnounceInMs ?? Number.POSITIVE_INFINITY;
}

/** Peers are connected, and yet nothing comes. */
function companyReason(snapshot: StallSnapshot): Reason {
  const { phase, connectedPeers, usefulPeers, chokingPeers, absentPieces } = snapshot;
  const peers = counted(connectedPeers, 'peer');
  if (phase === 'metadata') {
    const who = `${peers}, ${connectedPeers === 1 ? 'which has not' : 'none has'}`;
    return snapshot.waitsForHashes === true
      ? { code: 'NO_HASHES', message: `${who} sent the hashes of all pieces yet` }
      : { code: 'NO_METADATA', message: `${who} sent the torrent's metadata yet` };
  }
  if (usefulPeers === 0 && absentPieces !== undefined) {
    const missing = `${absentPieces.count} of ${counted(snapshot.pieceCount, 'piece')}`;
    return {
      code: 'PIECES_ABSENT',
      message: `nobody online has piece ${absentPieces.first} (${missing} missing from the swarm)`,
    };
  }
  if (usefulPeers > 0 && chokingPeers >= usefulPeers) {
    // Peers that have nothing for us are left out of the sentence, whether they choke or not.
    const who = counted(usefulPeers, 'peer');
    return {
      code: 'CHOKED',
      message: `${who}, ${usefulPeers === 1 ? 'which chokes' : 'all choke'} us`,
    };
  }
  const willing = Math.max(usefulPeers - chokingPeers, 0);
  if (willing === 0 || snapshot.quietForMs < quietMs)
    return { code: 'NOTHING_YET', message: `${peers}, nothing received yet` };
  return {
    code: 'PEERS_SILENT',
    message: `${counted(willing, 'peer')} may be asked, but nothing has come for a while`,
  };
}

function portReason({ unreachablePort }: StallSnapshot): Reason | undefined {
  if (unreachablePort === undefined) return undefined;
  return {
    code: 'PORT_UNREACHABLE',
    message: `our port ${unreachablePort} cannot be reached, so only peers we dial can help`,
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
