/** Who wants what of whom, as the letters that other clients use, with what they mean. */
import type { TorrentPeer } from '../../api/contract/torrents.ts';

export interface PeerFlag {
  readonly letter: string;
  readonly words: string;
}

export function peerFlags(peer: TorrentPeer): readonly PeerFlag[] {
  const flags: PeerFlag[] = [];
  if (peer.amInterested) {
    flags.push(
      peer.peerChoking
        ? { letter: 'd', words: 'we want pieces, and it gives us none now' }
        : { letter: 'D', words: 'we may download from it' },
    );
  } else if (!peer.peerChoking) {
    flags.push({ letter: 'K', words: 'it would give, and has nothing that we want' });
  }
  if (peer.peerInterested) {
    flags.push(
      peer.amChoking
        ? { letter: 'u', words: 'it wants pieces, and we give it none now' }
        : { letter: 'U', words: 'it may download from us' },
    );
  } else if (!peer.amChoking) {
    flags.push({ letter: '?', words: 'we would give, and it wants nothing' });
  }
  if (peer.incoming) flags.push({ letter: 'I', words: 'it connected to us' });
  return flags;
}
