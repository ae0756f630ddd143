/** sync/torrentPeers: the peers of a torrent, each time all of them. */
import type { TorrentPeer } from '../contract/torrents.ts';

export function peersObject(peers: readonly TorrentPeer[], rid: number): Record<string, unknown> {
  return {
    rid: rid + 1,
    full_update: true,
    show_flags: false,
    peers: Object.fromEntries(peers.map((peer) => [peer.address, peerObject(peer)])),
  };
}

function peerObject(peer: TorrentPeer): Record<string, unknown> {
  const colon = peer.address.lastIndexOf(':');
  const host = peer.address.slice(0, colon);
  const { flags, words } = flagsOf(peer);
  return {
    ip: host.startsWith('[') ? host.slice(1, -1) : host,
    port: Number(peer.address.slice(colon + 1)),
    client: peer.client,
    peer_id_client: '',
    connection: 'BT',
    country: '',
    country_code: '',
    flags,
    flags_desc: words,
    progress: peer.progress,
    relevance: peer.progress < 1 ? 1 : 0,
    dl_speed: Math.round(peer.downRate),
    up_speed: Math.round(peer.upRate),
    downloaded: peer.downloadedBytes,
    uploaded: peer.uploadedBytes,
    files: '',
  };
}

/** The letters of libtorrent's clients, and what they mean. */
function flagsOf(peer: TorrentPeer): { flags: string; words: string } {
  const shown: [string, string][] = [];
  if (peer.amInterested) {
    shown.push(peer.peerChoking ? ['d', 'we want data, and are choked'] : ['D', 'downloading']);
  }
  if (peer.peerInterested) {
    shown.push(peer.amChoking ? ['u', 'it wants data, and is choked'] : ['U', 'uploading']);
  }
  if (peer.incoming) shown.push(['I', 'it connected to us']);
  return {
    flags: shown.map(([flag]) => flag).join(' '),
    words: shown.map(([flag, words]) => `${flag} = ${words}`).join('\n'),
  };
}
