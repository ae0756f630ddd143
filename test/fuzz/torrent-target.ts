/**
 * A whole torrent among strangers: raw bytes behind a handshake, or conversations in which every message
 * is well-formed and hardly one makes sense.
 */
import assert from 'node:assert/strict';
import { concatBytes } from '../../src/base/bytes.ts';
import type { Random } from '../../src/base/random.ts';
import { blockBytes } from '../../src/engine/layout.ts';
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
} from '../../src/protocol/extension.ts';
import {
  decodeHashRange,
  encodeHashes,
  encodeHashReject,
} from '../../src/protocol/hash-message.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
} from '../../src/protocol/metadata-exchange.ts';
import * as wire from '../../src/protocol/peer-wire-encoder.ts';
import { encodePex } from '../../src/protocol/pex.ts';
import { isViolation } from '../../src/protocol/violation.ts';
import type { FuzzTarget } from './campaign.ts';
import { info, layout, type RigLink, TorrentRig, trueBytes, wholeLayer } from './torrent-rig.ts';
import { messages } from './wire-targets.ts';

const starts = ['part', 'part', 'all', 'magnet', 'layers'] as const;

export const torrentTarget: FuzzTarget = {
  name: 'torrent',
  samples: [...messages, concatBytes(messages), concatBytes(messages.toReversed())],
  tokens: ['\0\0\0\x01', '\0\0\0\x05\x04\0\0\0\x01', '\0\0\0\x0d\x06', '\xff\xff\xff\xff'],
  take(bytes, random) {
    const rig = new TorrentRig(random, starts[random.below(starts.length)]!);
    if (random.below(3) === 0) hearRaw(rig, bytes, random);
    else converse(rig, random);
    rig.end();
    return rig.toldBytes;
  },
};

function hearRaw(rig: TorrentRig, bytes: Uint8Array, random: Random): void {
  const link = rig.connect(1, {
    extension: true,
    fast: random.below(2) === 0,
    v2: random.below(2) === 0,
  });
  const most = 1 + random.below(20_000);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(most));
    link.hear(bytes.slice(at, end));
    rig.settle();
    at = end;
  }
  rig.pass(1000);
}

/** One in so many messages makes no sense; a conversation without any gets furthest. */
const oddities = [Number.POSITIVE_INFINITY, 60, 8];

function converse(rig: TorrentRig, random: Random): void {
  const oneIn = oddities[random.below(oddities.length)]!;
  const isOdd = () => random.next() < 1 / oneIn;
  const links: RigLink[] = [];
  for (let left = 1 + random.below(80); left > 0; left--) {
    const step = random.below(16);
    if (links.length === 0 || step === 0) links.push(enter(rig, random));
    else if (step === 1) rig.pass([100, 1000, 11_000, 70_000][random.below(4)]!);
    else if (step === 2 && random.below(4) === 0) leave(links[random.below(links.length)]!);
    else {
      const link = links[random.below(links.length)]!;
      link.hear(isOdd() ? oddSaying(random) : saying(link, links, random));
    }
    if (random.below(3) > 0) rig.settle();
  }
}

function enter(rig: TorrentRig, random: Random): RigLink {
  const reserved = {
    extension: random.below(4) > 0,
    fast: random.below(2) === 0,
    v2: random.below(4) > 0,
  };
  const link = rig.connect(1 + random.below(6), reserved);
  if (random.below(6) > 0) {
    const some = wire.encodeBitfield(Uint8Array.of(random.below(256) & 0xf8));
    const all = reserved.fast ? wire.encodeHaveAll() : wire.encodeBitfield(Uint8Array.of(0xf8));
    link.hear(random.below(3) === 0 ? some : all);
  }
  if (reserved.extension) link.hear(extended(0, random));
  link.hear(random.below(3) === 0 ? wire.encodeInterested() : wire.encodeUnchoke());
  return link;
}

function leave(link: RigLink): void {
  if (!link.closed) link.sink?.onClosed('reset');
  link.closed = true;
}

/** What a peer may say at this point. */
function saying(link: RigLink, links: readonly RigLink[], random: Random): Uint8Array {
  const piece = random.below(layout.pieceCount);
  const begin = blockBytes * random.below(layout.blockCount(piece));
  const length = Math.min(blockBytes, layout.pieceBytes(piece) - begin);
  switch (random.below(16)) {
    case 0:
      return random.below(3) === 0 ? wire.encodeChoke() : wire.encodeUnchoke();
    case 1:
      return random.below(3) === 0 ? wire.encodeNotInterested() : wire.encodeInterested();
    case 2:
      return wire.encodeHave(piece);
    case 3:
    case 4:
      return wire.encodeRequest(piece, begin, length);
    case 5:
      return wire.encodeCancel(piece, begin, length);
    case 6:
      return extended(1 + random.below(3), random);
    case 7:
      return extended(0, random);
    case 8:
      return wire.encodeUnchoke();
    default:
      // Now and then somebody answers what another was asked.
      return answer(random.below(20) === 0 ? links[random.below(links.length)]! : link, random);
  }
}

/** Well-formed, and mostly out of place. */
function oddSaying(random: Random): Uint8Array {
  const piece = numberNear(layout.pieceCount, random);
  const begin = random.below(3) === 0 ? numberNear(2 * layout.pieceLength, random) : blockBytes;
  const length = random.below(3) === 0 ? numberNear(blockBytes, random) : blockBytes;
  switch (random.below(10)) {
    case 0:
      return wire.encodeHave(piece);
    case 1:
      return wire.encodeBitfield(Uint8Array.of(random.below(256)));
    case 2:
      return random.below(2) === 0 ? wire.encodeHaveNone() : wire.encodeHaveAll();
    case 3:
      return wire.encodeRequest(piece, begin, length);
    case 4:
      return wire.encodeCancel(piece, begin, length);
    case 5:
      return wire.encodeReject(piece, begin, length);
    case 6:
      return wire.encodeAllowedFast(piece);
    case 7:
      return wire.encodeSuggest(piece);
    case 8:
      return block(piece, begin, trueOrFalse(piece, begin, Math.min(length, 40_000), random));
    default:
      return messages[random.below(messages.length)]!;
  }
}

function numberNear(limit: number, random: Random): number {
  if (random.below(3) > 0) return random.below(limit);
  return [limit, limit - 1, limit + 1, 0xffff_ffff, 0x8000_0000][random.below(5)]!;
}

function trueOrFalse(piece: number, begin: number, length: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(trueBytes(piece, begin, length));
  if (random.below(40) === 0 && length > 0) bytes[random.below(length)]! ^= 0xff;
  return bytes;
}

function block(piece: number, begin: number, bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(wire.BLOCK_HEADER_BYTES);
  wire.writeBlockHeader(header, 0, piece, begin, bytes.length);
  return concatBytes([header, bytes]);
}

/** Blocks for the requests of the last batch, some of them wrong. */
function answer({ said }: RigLink, random: Random): Uint8Array {
  const asked = said.findLast((each) => each[4] === 6);
  if (asked === undefined) {
    return hashAnswer(said, random) ?? metadataAnswer(said, random) ?? wire.encodeUnchoke();
  }
  const view = new DataView(asked.buffer, asked.byteOffset, asked.length);
  const parts: Uint8Array[] = [];
  for (let at = 0; at + wire.REQUEST_MESSAGE_BYTES <= asked.length && parts.length < 12; at += 17) {
    const [piece, begin, length] = [5, 9, 13].map((offset) => view.getUint32(at + offset));
    assert.ok(layout.contains(piece!, begin!, length!), 'a request lies inside its piece');
    if (random.below(10) === 0) parts.push(wire.encodeReject(piece!, begin!, length!));
    else parts.push(block(piece!, begin!, trueOrFalse(piece!, begin!, length!, random)));
  }
  return concatBytes(parts);
}

/** The hashes that were asked for last; right ones only where no proof is needed. */
function hashAnswer(said: readonly Uint8Array[], random: Random): Uint8Array | undefined {
  const asked = said.findLast((message) => message[4] === 21);
  if (asked === undefined) return undefined;
  const range = decodeHashRange(asked.subarray(5));
  assert.ok(!isViolation(range), 'a hash request is well-formed');
  if (random.below(6) === 0) return encodeHashReject(range);
  const nodes = wholeLayer.slice(32 * range.index, 32 * (range.index + range.length));
  if (random.below(4) === 0 && nodes.length > 0) nodes[random.below(nodes.length)]! ^= 1;
  return encodeHashes(range, nodes);
}

/** The part of the metadata that was asked for last. */
function metadataAnswer(said: readonly Uint8Array[], random: Random): Uint8Array | undefined {
  let ownId: number | undefined;
  let asked: number | undefined;
  for (const message of said) {
    if (message[4] !== 20) continue;
    if (message[5] === 0) {
      const theirs = decodeExtensionHandshake(message.subarray(6));
      if (!isViolation(theirs)) ownId = theirs.messageIds.get('ut_metadata');
      continue;
    }
    const request = decodeMetadataMessage(message.subarray(6));
    if (!isViolation(request) && request.type === 'request') asked = request.piece;
  }
  if (asked === undefined || ownId === undefined) return undefined;
  const data = info.slice(asked * 16_384, (asked + 1) * 16_384);
  if (random.below(12) === 0 && data.length > 0) data[random.below(data.length)]! ^= 1;
  return wire.encodeExtended(ownId, encodeMetadataData(asked, info.length, data));
}

function extended(id: number, random: Random): Uint8Array {
  const size = random.below(8) > 0 ? info.length : [1, 2 ** 25][random.below(2)]!;
  const piece = random.below(3);
  const data = info.subarray(piece * 16_384, (piece + 1) * 16_384);
  if (id === 0) return wire.encodeExtended(0, introduction(size, random));
  switch (random.below(6)) {
    case 0:
      return wire.encodeExtended(id, encodeMetadataRequest(piece));
    case 1:
      return wire.encodeExtended(id, encodeMetadataReject(piece));
    case 2: {
      const peer = { host: `10.0.0.${random.below(9)}`, port: random.below(4) * 1000, flags: 0 };
      const added = peer.port === 0 ? [] : [peer];
      return wire.encodeExtended(id, encodePex({ added, dropped: [] }));
    }
    default:
      return wire.encodeExtended(id, encodeMetadataData(piece, size, data));
  }
}

function introduction(metadataSizeBytes: number, random: Random): Uint8Array {
  return encodeExtensionHandshake({
    messageIds: new Map([
      ['ut_metadata', random.below(4)],
      ['ut_pex', random.below(4)],
    ]),
    metadataSizeBytes,
    reqq: 1 + random.below(600),
    listenPort: 1 + random.below(60_000),
    uploadOnly: random.below(2) === 0,
  });
}
