/**
 * What must hold of every honest client at any moment, looked at from outside. The cheap part runs at
 * every look, the thorough part now and then. What a client says and sends is checked where it leaves
 * (checked-link.ts), what it reads and writes at its storage (sim-storage.ts).
 */
import { defaultRegularSlots } from '../engine/choke-policy.ts';
import type { Content } from '../engine/content.ts';
import type { PeerSession } from '../engine/peer-session.ts';
import type { Torrent } from '../engine/torrent.ts';
import { maxQueuedRequests } from '../engine/upload-queue.ts';
import { ensure } from './sim-failure.ts';
import type { SimPeer } from './sim-peer.ts';

const optimisticSlots = 1;
const mostRequests = 2000;

export function checkPeer(peer: SimPeer): void {
  const { torrent, slabs, options } = peer;
  if (torrent === undefined || slabs === undefined) return;
  ensure(
    slabs.outCount <= 1 || slabs.outBytes <= slabs.budgetBytes,
    () => `${peer.name} holds ${slabs.outBytes} bytes of slabs`,
  );
  ensure(
    torrent.connections.size <= options.maxPeers,
    () => `${peer.name} holds ${torrent.connections.size} links`,
  );
  ensure(
    torrent.book.connectedCount === torrent.connections.size,
    () =>
      `${peer.name}: the book counts ${torrent.book.connectedCount} links, ` +
      `there are ${torrent.connections.size}`,
  );
  let unchoked = 0;
  const peerIds = new Set<string>();
  for (const session of torrent.connections.all()) {
    const peerId = session.handshake?.peerId;
    ensure(
      peerId === undefined || !peerIds.has(peerId),
      () => `${peer.name} holds two links to ${session.endpoint.host}`,
    );
    if (peerId !== undefined) peerIds.add(peerId);
    if (!session.amChoking && !isLan(session)) unchoked++;
    ensure(
      session.requests.size <= Math.min(session.reqq, mostRequests),
      () => `${peer.name} has ${session.requests.size} requests at ${session.endpoint.host}`,
    );
    ensure(
      session.uploads.size <= maxQueuedRequests,
      () => `${peer.name} queues ${session.uploads.size} requests of ${session.endpoint.host}`,
    );
    ensure(
      session.unansweredBlocks >= 0,
      () => `${peer.name} miscounts what ${session.endpoint.host} may still send`,
    );
  }
  ensure(
    unchoked <= defaultRegularSlots + optimisticSlots,
    () => `${peer.name} has unchoked ${unchoked} peers`,
  );
}

/** O(pieces × links). */
export function checkPeerThoroughly(peer: SimPeer): void {
  const { torrent } = peer;
  const content = torrent?.content;
  if (torrent === undefined || content === undefined) return;
  content.picker.checkInvariants();
  for (const piece of content.picker.verified.indices()) {
    ensure(
      peer.options.disk.isGood(piece),
      () => `${peer.name} counts piece ${piece} as verified, which is not on disk`,
    );
  }
  checkRequests(peer, torrent, content);
}

/** The picker and the sessions agree on what is under way. */
function checkRequests(peer: SimPeer, torrent: Torrent, content: Content): void {
  const { layout, picker } = content;
  const counts = new Map<number, number>();
  for (const session of torrent.connections.all()) {
    session.requests.forEach((piece, block) => {
      const key = piece * layout.blocksPerPiece + block;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    for (let block = 0; block < layout.blockCount(piece); block++) {
      const held = counts.get(piece * layout.blocksPerPiece + block) ?? 0;
      const known = picker.requestCount(piece, block);
      ensure(
        known === held,
        () =>
          `${peer.name}: the picker knows ${known} requests of block ${piece}:${block}, ` +
          `the sessions hold ${held}`,
      );
    }
  }
}

function isLan(session: PeerSession): boolean {
  return session.endpoint.host.startsWith('10.');
}

/** After a client left in good order: nothing of it is left. */
export function checkGone(peer: SimPeer): void {
  ensure(!peer.isRunning && peer.hasLeft, () => `${peer.name} does not come to its end`);
  ensure(
    peer.lastSlabs?.outCount === 0,
    () => `${peer.name} left with ${peer.lastSlabs?.outCount} slabs out`,
  );
  ensure(
    (peer.lastStorage?.leasedCount ?? 0) === 0,
    () => `${peer.name} left with ${peer.lastStorage?.leasedCount} blocks not given back`,
  );
  ensure(peer.options.host.links.size === 0, () => `${peer.name} left with links open`);
}
