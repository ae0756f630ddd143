/** Peers and trackers of a torrent as the API says them. */
import type { TorrentPeer, TorrentTracker } from '../../api/contract/torrents.ts';
import { endpointKey } from '../../base/endpoint.ts';
import type { PeerStatus } from '../../engine/torrent-status.ts';
import type { TrackerStatus } from '../../engine/tracker-status.ts';

export function peerOf({ remote, clientName, ...peer }: PeerStatus): TorrentPeer {
  return { address: endpointKey(remote), client: clientName, ...peer };
}

export function trackerOf(tracker: TrackerStatus): TorrentTracker {
  const { url, tier, state, lastMessage, nextAnnounceInMs } = tracker;
  const { seeders, leechers, downloads, lastAnswerAgoMs, peersReceived } = tracker;
  return {
    url,
    tier,
    state,
    message: lastMessage,
    ...(nextAnnounceInMs !== undefined && {
      nextAnnounceInSeconds: Math.round(nextAnnounceInMs / 1000),
    }),
    ...(lastAnswerAgoMs !== undefined && {
      lastAnswerAgoSeconds: Math.round(lastAnswerAgoMs / 1000),
    }),
    ...(peersReceived !== undefined && { peersReceived }),
    ...(seeders !== undefined && { seeders }),
    ...(leechers !== undefined && { leechers }),
    ...(downloads !== undefined && { downloads }),
  };
}

/** Of a torrent that does not run. */
export function idleTrackers(tiers: readonly (readonly string[])[]): TorrentTracker[] {
  return tiers.flatMap((urls, tier) =>
    urls.map((url) => ({ url, tier, state: 'idle' as const, message: '' })),
  );
}
