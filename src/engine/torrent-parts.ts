/** Puts a torrent's announcer, peer book and log together with what surrounds the torrent. */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';
import { canonicalPeerPriority } from '../protocol/peer-priority.ts';
import type { AnnounceSubject, AnnounceTotals, PeerAppetite } from './announcer.ts';
import { Announcer } from './announcer.ts';
import { PeerBook } from './peer-book.ts';
import type { LogEntry } from './ports.ts';
import type { Torrent } from './torrent.ts';
import type { TorrentOptions, TorrentSurroundings } from './torrent-options.ts';

/** A torrent with fewer live links than this is glad about more addresses. */
const contentWithPeers = 30;
/** BEP 7 keys are 32 bits. */
const keySpace = 0x1_0000_0000;

export type TorrentLog = (
  level: LogEntry['level'],
  code: string,
  message: string,
  /** The peer it is about. */
  about?: { readonly endpoint: Endpoint },
) => void;

export function makeLog(infoHash: InfoHash, { ports }: TorrentSurroundings): TorrentLog {
  return (level, code, message, about) => {
    const remote = about?.endpoint;
    ports.log({ level, code, message, infoHash, ...(remote !== undefined && { remote }) });
  };
}

export function makePeerBook({ ports, ownHost }: TorrentSurroundings): PeerBook {
  const own = { host: ownHost(), port: 1 };
  return new PeerBook({
    random: ports.random,
    priority: (endpoint) => canonicalPeerPriority(own, endpoint),
  });
}

/** What an announcer is told of a torrent once. */
export type AnnouncedTorrent = Pick<TorrentOptions, 'tiers' | 'infoHashBytes' | 'completedBefore'>;

export function makeAnnouncer(
  subject: AnnounceSubject,
  { tiers, infoHashBytes, completedBefore }: AnnouncedTorrent,
  around: TorrentSurroundings,
): Announcer {
  const { ports } = around;
  return new Announcer({
    tiers,
    trackers: around.trackers,
    clock: ports.clock,
    random: ports.random,
    infoHash: infoHashBytes,
    peerId: around.peerIdBytes,
    key: ports.random.below(keySpace),
    completedBefore,
    port: around.listenPort,
    subject,
  });
}

export function announceSubject(torrent: Torrent): AnnounceSubject {
  return {
    totals: () => totals(torrent),
    appetite: () => appetite(torrent),
    onPeers: (peers) => {
      torrent.addCandidates(peers, 'tracker');
      torrent.connections.dialMore(torrent.nowMs());
    },
  };
}

/** Before the metadata is known nobody knows what is left; trackers must not take us for a seeder. */
function totals(torrent: Torrent): AnnounceTotals {
  const content = torrent.content;
  return {
    uploadedBytes: torrent.uploadedBytes,
    downloadedBytes: torrent.downloadedBytes,
    leftBytes: content === undefined ? 16_384 : content.leftBytes,
  };
}

function appetite(torrent: Torrent): PeerAppetite {
  const peers = torrent.connections.size;
  if (torrent.isComplete) return peers < contentWithPeers ? 'some' : 'none';
  if (peers === 0 && torrent.book.idleCount === 0) return 'starving';
  return peers + torrent.book.idleCount < contentWithPeers ? 'some' : 'none';
}
