/** Puts a torrent's state into words and numbers for people and programs. Reads, changes nothing. */
import { clientName } from '../protocol/client-name.ts';
import type { PeerSession } from './peer-session.ts';
import { stallReasons } from './stall-reason.ts';
import type { Torrent } from './torrent.ts';
import type { PeerStatus, Reason, TorrentPhase, TorrentStatus } from './torrent-status.ts';

export function torrentPhase(torrent: Torrent): TorrentPhase {
  const { content } = torrent;
  if (torrent.stopped) return 'stopped';
  if (content === undefined) return 'metadata';
  if (content.checking) return 'checking';
  if (content.error !== undefined) return 'error';
  return content.isComplete ? 'seeding' : 'downloading';
}

/** `seedingForMs` is counted by the owner, over all runs. */
export function describeTorrent(torrent: Torrent, seedingForMs = 0): TorrentStatus {
  const { content } = torrent;
  const nowMs = torrent.nowMs();
  const picker = content?.picker;
  const downRate = torrent.down.rate(nowMs);
  const wantedLeftBytes = picker?.wantedLeftBytes ?? 0;
  const doneBytes = picker?.verifiedBytes ?? 0;
  const swarm = torrent.announcer.counts;
  const phase = torrentPhase(torrent);
  return {
    infoHash: torrent.infoHash,
    name: torrent.name,
    phase,
    isPrivate: torrent.talk.isPrivate,
    lengthBytes: content?.layout.contentBytes ?? 0,
    wantedBytes: doneBytes + wantedLeftBytes,
    doneBytes,
    checkedFraction: content?.checkedFraction,
    pieceCount: content?.layout.pieceCount ?? 0,
    pieceLength: content?.layout.pieceLength ?? 0,
    piecesDone: picker?.verified.count ?? 0,
    downRate,
    upRate: torrent.up.rate(nowMs),
    downloadedBytes: torrent.downloadedBytes,
    uploadedBytes: torrent.uploadedBytes,
    wastedBytes: content?.downloads.wastedBytes ?? 0,
    connectedPeers: torrent.connections.size,
    connectedSeeders: countSeeders(torrent.connections.all()),
    giverCount: torrent.connections.giverCount,
    knownCandidates: torrent.book.candidateCount,
    availability: content?.availability(nowMs),
    seedingForMs,
    swarmSeeders: swarm?.seeders,
    swarmLeechers: swarm?.leechers,
    etaSeconds:
      phase === 'downloading' && downRate > 0 ? Math.ceil(wantedLeftBytes / downRate) : undefined,
    stalled: phase === 'downloading' || phase === 'metadata' ? stalled(torrent, phase) : undefined,
    error: describeError(torrent),
  };
}

export function describePeers(torrent: Torrent): PeerStatus[] {
  const nowMs = torrent.nowMs();
  const peers: PeerStatus[] = [];
  for (const session of torrent.connections.all()) {
    if (session.handshake === undefined) continue;
    const field = session.remote.field;
    peers.push({
      remote: session.endpoint,
      clientName:
        torrent.talk.remote(session)?.handshake.clientName ??
        clientName(session.handshake.peerIdBytes),
      incoming: session.link.incoming,
      amChoking: session.amChoking,
      amInterested: session.amInterested,
      peerChoking: session.peerChoking,
      peerInterested: session.peerInterested,
      downRate: session.down.rate(nowMs),
      upRate: session.up.rate(nowMs),
      downloadedBytes: session.down.totalBytes,
      uploadedBytes: session.up.totalBytes,
      progress: field === undefined || field.length === 0 ? 0 : field.count / field.length,
    });
  }
  return peers;
}

function countSeeders(sessions: Iterable<PeerSession>): number {
  let count = 0;
  for (const session of sessions) if (session.remote.field?.isFull === true) count++;
  return count;
}

function describeError(torrent: Torrent): TorrentStatus['error'] {
  const error = torrent.content?.error;
  if (error === undefined) return undefined;
  return { code: error.code, message: error.message, path: error.path };
}

function stalled(torrent: Torrent, phase: 'metadata' | 'downloading'): Reason | undefined {
  const { content, book, limits } = torrent;
  const picker = content?.picker;
  let connectedPeers = 0;
  let usefulPeers = 0;
  let chokingPeers = 0;
  let linkedPeers = 0;
  let heardAtMs = 0;
  for (const session of torrent.connections.all()) {
    linkedPeers++;
    if (session.handshake === undefined) continue;
    connectedPeers++;
    if (!session.amInterested) continue;
    usefulPeers++;
    heardAtMs = Math.max(heardAtMs, session.lastBlockAtMs);
    if (session.peerChoking) chokingPeers++;
  }
  const absentCount = picker?.unavailableCount ?? 0;
  const absentPieces =
    picker === undefined || absentCount === 0
      ? undefined
      : { first: picker.firstUnavailable, count: absentCount };
  return stallReasons({
    phase,
    waitsForHashes: torrent.talk.hashes.isFetching,
    downRate: torrent.down.rate(torrent.nowMs()),
    diskError: content?.error?.message,
    waitsForDisk: content?.downloads.starved === true,
    queuedBehind: 0,
    limit: limits.narrowestDown,
    connectedPeers,
    usefulPeers,
    chokingPeers,
    quietForMs: torrent.nowMs() - heardAtMs,
    dialingPeers: book.dialingCount + linkedPeers - connectedPeers,
    idleCandidates: book.idleCount,
    absentPieces,
    pieceCount: content?.layout.pieceCount ?? 0,
    trackers: torrent.announcer.status(),
  })[0];
}
