/** The fields of torrent-get that are about peers. */
import type { TorrentPeer } from '../contract/torrents.ts';
import type { TorrentView } from './torrent-view.ts';

type PeerField = (view: TorrentView) => unknown;

export const peerFields: Readonly<Record<string, PeerField>> = {
  peers: ({ peers }) => peers.map(peerOf),
  peersConnected: ({ info }) => info.peers,
  peersFrom: ({ peers }) => {
    const fromIncoming = peers.filter(({ incoming }) => incoming).length;
    return {
      fromCache: 0,
      fromDht: 0,
      fromIncoming,
      fromLpd: 0,
      fromLtep: 0,
      fromPex: 0,
      fromTracker: peers.length - fromIncoming,
    };
  },
  peersGettingFromUs: ({ info, peers }) =>
    info.peers === 0 ? 0 : peers.filter(({ upRate }) => upRate > 0).length,
  peersSendingToUs: ({ info, peers }) =>
    info.peers === 0 ? 0 : peers.filter(({ downRate }) => downRate > 0).length,
};

function peerOf(peer: TorrentPeer) {
  const { host, port } = splitAddress(peer.address);
  return {
    address: host,
    port,
    clientName: peer.client,
    clientIsChoked: peer.peerChoking,
    clientIsInterested: peer.amInterested,
    flagStr: flagsOf(peer),
    isDownloadingFrom: peer.amInterested && !peer.peerChoking,
    isEncrypted: false,
    isIncoming: peer.incoming,
    isUploadingTo: peer.peerInterested && !peer.amChoking,
    isUTP: false,
    peerIsChoked: peer.amChoking,
    peerIsInterested: peer.peerInterested,
    progress: peer.progress,
    rateToClient: Math.round(peer.downRate),
    rateToPeer: Math.round(peer.upRate),
  };
}

/** Letters of docs/Peer-Status-Text.md in Transmission. */
function flagsOf(peer: TorrentPeer): string {
  const { amInterested, amChoking, peerInterested, peerChoking, incoming } = peer;
  const down = amInterested ? (peerChoking ? 'd' : 'D') : peerChoking ? '' : 'K';
  const up = peerInterested ? (amChoking ? 'u' : 'U') : amChoking ? '' : '?';
  return `${down}${up}${incoming ? 'I' : ''}`;
}

function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}
