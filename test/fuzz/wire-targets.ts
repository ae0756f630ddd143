/** What peers send: handshakes, the message stream, and the payloads of extensions. */
import assert from 'node:assert/strict';
import { concatBytes } from '../../src/base/bytes.ts';
import type { Random } from '../../src/base/random.ts';
import { encodeLatin1 } from '../../src/base/text.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { clientName } from '../../src/protocol/client-name.ts';
import {
  decodeCompactPeersV4,
  decodeCompactPeersV6,
  encodeCompactPeers,
} from '../../src/protocol/compact-peers.ts';
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
} from '../../src/protocol/extension.ts';
import { decodeHandshake, encodeHandshake } from '../../src/protocol/handshake.ts';
import {
  decodeHashes,
  decodeHashRange,
  encodeHashes,
  encodeHashRequest,
} from '../../src/protocol/hash-message.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
} from '../../src/protocol/metadata-exchange.ts';
import type { PeerMessageSink } from '../../src/protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../../src/protocol/peer-wire-decoder.ts';
import * as wire from '../../src/protocol/peer-wire-encoder.ts';
import { decodePex, encodePex, MAX_PEX_PEERS } from '../../src/protocol/pex.ts';
import { isViolation } from '../../src/protocol/violation.ts';
import type { FuzzTarget } from './campaign.ts';

const peers = [
  { host: '1.2.3.4', port: 6881 },
  { host: '2001:db8::1', port: 1 },
];

function block(piece: number, begin: number, lengthBytes: number): Uint8Array {
  const header = new Uint8Array(wire.BLOCK_HEADER_BYTES);
  wire.writeBlockHeader(header, 0, piece, begin, lengthBytes);
  return concatBytes([header, new Uint8Array(lengthBytes)]);
}

const extensionHandshake = encodeExtensionHandshake({
  messageIds: new Map([
    ['ut_metadata', 2],
    ['ut_pex', 1],
  ]),
  clientName: 'Someone 1.0',
  reqq: 500,
  metadataSizeBytes: 30_000,
  listenPort: 6881,
  yourIp: '1.2.3.4',
  ipv6: '2001:db8::2',
  uploadOnly: true,
});
const hashRange = {
  piecesRoot: new Uint8Array(32),
  baseLayer: 0,
  index: 4,
  length: 4,
  proofLayers: 2,
};

/** Whole messages, with their length in front. */
export const messages: readonly Uint8Array[] = [
  ...[wire.encodeKeepAlive(), wire.encodeChoke(), wire.encodeUnchoke(), wire.encodeInterested()],
  ...[wire.encodeNotInterested(), wire.encodeHave(3), wire.encodeBitfield(Uint8Array.of(0xf0))],
  ...[
    wire.encodeHaveAll(),
    wire.encodeHaveNone(),
    wire.encodeSuggest(1),
    wire.encodeAllowedFast(2),
  ],
  ...[wire.encodeRequest(1, 0, 16_384), wire.encodeCancel(1, 0, 16_384), block(0, 0, 100)],
  ...[wire.encodeReject(1, 0, 16_384), wire.encodePort(6881), block(2, 16_384, 16_384)],
  ...[wire.encodeExtended(0, extensionHandshake), encodeHashRequest(hashRange)],
  encodeHashes(hashRange, new Uint8Array(32 * 4)),
];

const bencodeTokens = [
  'd',
  'l',
  'i',
  'e',
  '1:m',
  '8:msg_type',
  '5:piece',
  '10:total_size',
  '5:added',
  '7:added.f',
  '6:added6',
  '4:reqq',
  'i99999999999999999999e',
  '1:v',
  '0:',
];

const handshake: FuzzTarget = {
  name: 'handshake',
  samples: [
    encodeHandshake({
      infoHash: new Uint8Array(20).fill(1),
      peerId: encodeLatin1('-XX1234-abcdefghijkl'),
      reserved: { extension: true, fast: true, dht: true, v2: true },
    }),
  ],
  take(bytes) {
    const decoded = decodeHandshake(bytes);
    if (isViolation(decoded)) return;
    assert.equal(decoded.infoHash.length, 40);
  },
};

const stream: FuzzTarget = {
  name: 'peer-wire',
  samples: [...messages, concatBytes(messages), concatBytes(messages.toReversed())],
  tokens: [
    '\0\0\0\x01',
    '\0\0\0\0',
    '\0\0\0\x0d\x06',
    '\xff\xff\xff\xff',
    '\0\x02\0\x09\x07',
    '\0\0\0\x05\x04',
  ],
  take(bytes, random) {
    const whole = trace((decoder, sink) => decoder.push(bytes, sink));
    const parts = trace((decoder, sink) => {
      for (const chunk of chunks(bytes, random)) {
        const breach = decoder.push(chunk, sink);
        // The socket's buffer is used again as soon as the call returns.
        chunk.fill(0xaa);
        if (breach !== undefined) return breach;
      }
      return undefined;
    });
    assert.deepEqual(parts, whole, 'it matters how the stream is cut');
  },
};

function* chunks(bytes: Uint8Array, random: Random): Generator<Uint8Array> {
  const most = 1 + random.below(random.below(4) === 0 ? 20 : 20_000);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(most));
    yield bytes.slice(at, end);
    at = end;
  }
}

type Decode = (decoder: PeerWireDecoder, sink: PeerMessageSink) => object | undefined;

/** What a decoder told its sink, in order. */
function trace(decode: Decode): unknown[] {
  const seen: unknown[] = [];
  const note =
    (name: string) =>
    (...values: unknown[]) => {
      seen.push([
        name,
        ...values.map((value) => (value instanceof Uint8Array ? sum(value) : value)),
      ]);
    };
  const sink: PeerMessageSink = {
    onKeepAlive: note('keep-alive'),
    onChoke: note('choke'),
    onUnchoke: note('unchoke'),
    onInterested: note('interested'),
    onNotInterested: note('not interested'),
    onHave: note('have'),
    onBitfield: note('bitfield'),
    onRequest: note('request'),
    onBlock: note('block'),
    onCancel: note('cancel'),
    onPort: note('port'),
    onSuggest: note('suggest'),
    onHaveAll: note('have all'),
    onHaveNone: note('have none'),
    onReject: note('reject'),
    onAllowedFast: note('allowed fast'),
    onExtended: note('extended'),
    onHashRequest: note('hash request'),
    onHashes: note('hashes'),
    onHashReject: note('hash reject'),
    onUnknown: note('unknown'),
  };
  seen.push(decode(new PeerWireDecoder(), sink));
  return seen;
}

function sum(bytes: Uint8Array): string {
  let total = 0;
  for (const byte of bytes) total = (Math.imul(total, 31) + byte) | 0;
  return `${bytes.length} ${total}`;
}

const extension: FuzzTarget = {
  name: 'extension-handshake',
  samples: [extensionHandshake],
  tokens: bencodeTokens,
  take(bytes) {
    const decoded = decodeExtensionHandshake(bytes);
    if (isViolation(decoded)) return;
    assert.ok(decoded.messageIds.size <= 128);
    assert.ok((decoded.clientName ?? '').length <= 128);
    if (decoded.metadataSizeBytes !== undefined) assert.ok(decoded.metadataSizeBytes <= 2 ** 25);
  },
};

const metadata: FuzzTarget = {
  name: 'ut-metadata',
  samples: [
    encodeMetadataRequest(3),
    encodeMetadataReject(0),
    encodeMetadataData(1, 20_000, new Uint8Array(3616)),
  ],
  tokens: bencodeTokens,
  take(bytes) {
    const decoded = decodeMetadataMessage(bytes);
    if (isViolation(decoded) || decoded.type !== 'data') return;
    assert.ok(decoded.data.length <= bytes.length);
  },
};

const pex: FuzzTarget = {
  name: 'ut-pex',
  samples: [encodePex({ added: peers.map((peer) => ({ ...peer, flags: 2 })), dropped: peers })],
  tokens: bencodeTokens,
  take(bytes) {
    const decoded = decodePex(bytes);
    if (isViolation(decoded)) return;
    assert.ok(decoded.added.length <= 2 * MAX_PEX_PEERS);
    for (const { port } of decoded.added) assert.ok(port > 0);
  },
};

const hashes: FuzzTarget = {
  name: 'hash-messages',
  samples: [
    encodeHashRequest(hashRange).subarray(5),
    encodeHashes(hashRange, nodeHashes.sha256(new Uint8Array(1))).subarray(5),
    encodeHashes(hashRange, new Uint8Array(32 * 6)).subarray(5),
  ],
  take(bytes) {
    decodeHashRange(bytes);
    const decoded = decodeHashes(bytes);
    if (!isViolation(decoded)) assert.equal(decoded.hashes.length % 32, 0);
  },
};

const compact: FuzzTarget = {
  name: 'compact-peers',
  samples: Object.values(encodeCompactPeers(peers)),
  take(bytes) {
    for (const decode of [decodeCompactPeersV4, decodeCompactPeersV6]) {
      for (const { host, port } of decode(bytes)) assert.ok(host !== '' && port > 0);
    }
  },
};

const name: FuzzTarget = {
  name: 'client-name',
  samples: [
    '-TR4060-abcdefghijkl',
    'M7-10-1--abcdefghijk',
    'S58B-----abcdefghijk',
    '-qB4650-\0\x1b[2J\xff\xfe\xfd',
  ].map(encodeLatin1),
  tokens: ['-', 'TR', 'lt', '0', 'A2-', 'TIX', '\x1b', '\x7f'],
  take(bytes) {
    const peerId = new Uint8Array(20);
    peerId.set(bytes.subarray(0, 20));
    const shown = clientName(peerId);
    assert.ok(shown.length <= 100 && !/[\p{Cc}\p{Cf}]/u.test(shown), shown);
  },
};

export const wireTargets: readonly FuzzTarget[] = [
  ...[handshake, stream, extension, metadata, pex, hashes, compact, name],
];
