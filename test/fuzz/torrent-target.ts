/**
 * A whole torrent among strangers: raw bytes behind a handshake, or conversations in which every message
 * is well-formed and hardly one makes sense.
 */
import assert from 'node:assert/strict';
import { concatBytes } from '../../src/base/bytes.ts';
import type { Random } from '../../src/base/random.ts';
import { blockBytes } from '../../src/engine/layout.ts';
import { encodeExtensionHandshake } from '../../src/protocol/extension.ts';
import {
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
} from '../../src/protocol/metadata-exchange.ts';
import * as wire from '../../src/protocol/peer-wire-encoder.ts';
import { encodePex } from '../../src/protocol/pex.ts';
import type { FuzzTarget } from './campaign.ts';
import { info, layout, type RigLink, TorrentRig, trueBytes } from './torrent-rig.ts';
import { messages } from './wire-targets.ts';

const starts = ['part', 'part', 'all', 'magnet'] as const;

export const torrentTarget: FuzzTarget = {
  name: 'torrent',
  samples: [...messages, concatBytes(messages), concatBytes(messages.toReversed())],
  tokens: ['\0\0\0\x01', '\0\0\0\x05\x04\0\0\0\x01', '\0\0\0\x0d\x06', '\xff\xff\xff\xff'],
  take(bytes, random) {
    const rig = new TorrentRig(random, starts[random.below(starts.length)]!);
    if (random.below(3) === 0) hearRaw(rig, bytes, random);
    else converse(rig, random);
    rig.end();
  },
};

function hearRaw(rig: TorrentRig, bytes: Uint8Array, random: Random): void {
  const link = rig.connect(1, { extension: true, fast: random.below(2) === 0 });
  const most = 1 + random.below(20_000);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(most));
    link.hear(bytes.slice(at, end));
    rig.settle();
    at = end;
  }
  rig.pass(1000);
}

function converse(rig: TorrentRig, random: Random): void {
  const links: RigLink[] = [];
  for (let left = 1 + random.below(60); left > 0; left--) {
    const step = random.below(12);
    if (links.length === 0 || step === 0) {
      const reserved = { extension: random.below(4) > 0, fast: random.below(2) === 0 };
      links.push(rig.connect(1 + random.below(6), reserved));
    } else if (step === 1) rig.pass([100, 1000, 11_000, 70_000][random.below(4)]!);
    else if (step === 2 && random.below(4) === 0) leave(links[random.below(links.length)]!);
    else links[random.below(links.length)]!.hear(saying(links, random));
    if (random.below(3) > 0) rig.settle();
  }
}

function leave(link: RigLink): void {
  if (!link.closed) link.sink?.onClosed('reset');
  link.closed = true;
}

/** One message, or an answer to what the client asked one of the peers. */
function saying(links: readonly RigLink[], random: Random): Uint8Array {
  const piece = numberNear(layout.pieceCount, random);
  const begin =
    random.below(8) === 0
      ? numberNear(2 * layout.pieceLength, random)
      : blockBytes * random.below(3);
  const length = random.below(4) === 0 ? numberNear(blockBytes, random) : blockBytes;
  switch (random.below(18)) {
    case 0:
      return wire.encodeUnchoke();
    case 1:
      return random.below(3) === 0 ? wire.encodeChoke() : wire.encodeUnchoke();
    case 2:
      return random.below(3) === 0 ? wire.encodeNotInterested() : wire.encodeInterested();
    case 3:
      return wire.encodeHave(piece);
    case 4:
      return wire.encodeBitfield(
        Uint8Array.of(random.below(256) & (random.below(9) === 0 ? 255 : 0xf8)),
      );
    case 5:
      return random.below(3) === 0 ? wire.encodeHaveNone() : wire.encodeHaveAll();
    case 6:
      return wire.encodeRequest(piece, begin, length);
    case 7:
      return wire.encodeCancel(piece, begin, length);
    case 8:
      return wire.encodeReject(piece, begin, length);
    case 9:
      return wire.encodeAllowedFast(piece);
    case 10:
      return wire.encodeSuggest(piece);
    case 11:
      return block(piece, begin, trueOrFalse(piece, begin, Math.min(length, 40_000), random));
    case 12:
      return extended(random);
    case 13:
      return messages[random.below(messages.length)]!;
    default:
      return answer(links, random);
  }
}

function numberNear(limit: number, random: Random): number {
  if (random.below(12) > 0) return random.below(limit);
  return [limit, limit - 1, limit + 1, 0xffff_ffff, 0x8000_0000][random.below(5)]!;
}

function trueOrFalse(piece: number, begin: number, length: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(trueBytes(piece, begin, length));
  if (random.below(5) === 0 && length > 0) bytes[random.below(length)]! ^= 0xff;
  return bytes;
}

function block(piece: number, begin: number, bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(wire.BLOCK_HEADER_BYTES);
  wire.writeBlockHeader(header, 0, piece, begin, bytes.length);
  return concatBytes([header, bytes]);
}

/** Blocks for the requests of the last batch, some of them wrong, late or from somebody else. */
function answer(links: readonly RigLink[], random: Random): Uint8Array {
  const asked = links[random.below(links.length)]!.said.findLast((said) => said[4] === 6);
  if (asked === undefined) return wire.encodeUnchoke();
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

function extended(random: Random): Uint8Array {
  const ids = new Map([
    ['ut_metadata', random.below(4)],
    ['ut_pex', random.below(4)],
  ]);
  const size = [info.length, info.length, 1, 2 ** 25][random.below(4)]!;
  const piece = random.below(4);
  const data = info.subarray(piece * 16_384, (piece + 1) * 16_384);
  switch (random.below(6)) {
    case 0:
      return wire.encodeExtended(1 + random.below(3), encodeMetadataRequest(piece));
    case 1:
      return wire.encodeExtended(1 + random.below(3), encodeMetadataReject(piece));
    case 2:
    case 3:
      return wire.encodeExtended(1 + random.below(3), encodeMetadataData(piece, size, data));
    case 4: {
      const peer = { host: `10.0.0.${random.below(9)}`, port: random.below(4) * 1000, flags: 0 };
      const pex = encodePex({ added: peer.port === 0 ? [] : [peer], dropped: [] });
      return wire.encodeExtended(1 + random.below(3), pex);
    }
    default:
      return wire.encodeExtended(
        0,
        encodeExtensionHandshake({
          messageIds: ids,
          metadataSizeBytes: size,
          reqq: 1 + random.below(600),
          listenPort: 1 + random.below(60_000),
          uploadOnly: random.below(2) === 0,
        }),
      );
  }
}
