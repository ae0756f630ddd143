import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concatBytes, writeUint32 } from '../base/bytes.ts';
import { toHex } from '../base/hex.ts';
import { encodeHashes, encodeHashReject, encodeHashRequest } from './hash-message.ts';
import type { PeerMessageSink } from './peer-message-sink.ts';
import { PeerWireDecoder } from './peer-wire-decoder.ts';
import * as encode from './peer-wire-encoder.ts';

type Event = readonly (string | number)[];

/** Notes every call; views are copied, because they do not outlive it. */
function recorder(onEvent: (event: Event) => void = () => {}) {
  const events: Event[] = [];
  const note =
    (name: string) =>
    (...values: (number | Uint8Array)[]) => {
      const event = [name, ...values.map((v) => (typeof v === 'number' ? v : toHex(v)))];
      events.push(event);
      onEvent(event);
    };
  const sink: PeerMessageSink = {
    onKeepAlive: note('keepAlive'),
    onChoke: note('choke'),
    onUnchoke: note('unchoke'),
    onInterested: note('interested'),
    onNotInterested: note('notInterested'),
    onHave: note('have'),
    onBitfield: note('bitfield'),
    onRequest: note('request'),
    onBlock: note('block'),
    onCancel: note('cancel'),
    onPort: note('port'),
    onSuggest: note('suggest'),
    onHaveAll: note('haveAll'),
    onHaveNone: note('haveNone'),
    onReject: note('reject'),
    onAllowedFast: note('allowedFast'),
    onExtended: note('extended'),
    onHashRequest: note('hashRequest'),
    onHashes: note('hashes'),
    onHashReject: note('hashReject'),
    onUnknown: note('unknown'),
  };
  return { sink, events };
}

function encodeBlock(piece: number, begin: number, block: Uint8Array): Uint8Array {
  const message = new Uint8Array(encode.BLOCK_HEADER_BYTES + block.length);
  const offset = encode.writeBlockHeader(message, 0, piece, begin, block.length);
  message.set(block, offset);
  return message;
}

function encodeUnknown(id: number, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(5 + payload.length);
  writeUint32(message, 0, 1 + payload.length);
  message[4] = id;
  message.set(payload, 5);
  return message;
}

const range = {
  piecesRoot: new Uint8Array(32).fill(7),
  baseLayer: 0,
  index: 4,
  length: 2,
  proofLayers: 1,
};
const rangeHex = `${'07'.repeat(32)}00000000000000040000000200000001`;
const hashes = new Uint8Array(96).fill(9);
const bits = Uint8Array.of(0xff, 0x80);

const vocabulary: readonly (readonly [Uint8Array, Event])[] = [
  [encode.encodeKeepAlive(), ['keepAlive']],
  [encode.encodeChoke(), ['choke']],
  [encode.encodeUnchoke(), ['unchoke']],
  [encode.encodeInterested(), ['interested']],
  [encode.encodeNotInterested(), ['notInterested']],
  [encode.encodeHave(0xffff_fffe), ['have', 0xffff_fffe]],
  [encode.encodeBitfield(bits), ['bitfield', 'ff80']],
  [encode.encodeBitfield(new Uint8Array(0)), ['bitfield', '']],
  [encode.encodeRequest(1, 16_384, 3), ['request', 1, 16_384, 3]],
  [encodeBlock(5, 6, Uint8Array.of(1, 2, 3)), ['block', 5, 6, '010203']],
  [encodeBlock(5, 6, new Uint8Array(0)), ['block', 5, 6, '']],
  [encode.encodeCancel(1, 2, 3), ['cancel', 1, 2, 3]],
  [encode.encodePort(65_535), ['port', 65_535]],
  [encode.encodeSuggest(8), ['suggest', 8]],
  [encode.encodeHaveAll(), ['haveAll']],
  [encode.encodeHaveNone(), ['haveNone']],
  [encode.encodeReject(1, 2, 3), ['reject', 1, 2, 3]],
  [encode.encodeAllowedFast(9), ['allowedFast', 9]],
  [encode.encodeExtended(3, bits), ['extended', 3, 'ff80']],
  [encode.encodeExtended(0, new Uint8Array(0)), ['extended', 0, '']],
  [encodeHashRequest(range), ['hashRequest', rangeHex]],
  [encodeHashes(range, hashes), ['hashes', rangeHex + '09'.repeat(96)]],
  [encodeHashReject(range), ['hashReject', rangeHex]],
  [encodeUnknown(10, bits), ['unknown', 10]],
  [encodeUnknown(255, new Uint8Array(70)), ['unknown', 255]],
];
const stream = concatBytes(vocabulary.map(([message]) => message));
const expected = vocabulary.map(([, event]) => event);

function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

/** Feeds chunks and overwrites each afterwards, as a reused socket buffer would be. */
function decodeChunks(chunks: readonly Uint8Array[], decoder = new PeerWireDecoder()) {
  const { sink, events } = recorder();
  for (const chunk of chunks) {
    const refusal = decoder.push(chunk, sink);
    chunk.fill(0xee);
    if (refusal !== undefined) return { events, code: refusal.code, message: refusal.message };
  }
  return { events, code: undefined, message: undefined };
}

test('every message is delivered, in order, from one chunk', () => {
  assert.deepEqual(decodeChunks([stream.slice()]).events, expected);
});

test('the same messages come out of every split in two and of every chunk size', () => {
  for (let at = 0; at <= stream.length; at++) {
    assert.deepEqual(decodeChunks([stream.slice(0, at), stream.slice(at)]).events, expected);
  }
  for (let size = 1; size <= 80; size++) {
    assert.deepEqual(decodeChunks(chunksOf(stream, size)).events, expected);
  }
});

test('encoded messages have the bytes the specification shows', () => {
  assert.equal(toHex(encode.encodeChoke()), '0000000100');
  assert.equal(toHex(encode.encodeHave(258)), '000000050400000102');
  assert.equal(toHex(encode.encodeRequest(1, 2, 3)), '0000000d06000000010000000200000003');
  assert.equal(toHex(encode.encodeExtended(2, bits)), '000000041402ff80');
  assert.equal(toHex(encode.encodePort(6881)), '00000003091ae1');
});

test('a block in one chunk is a view of it; one cut in two is a copy', () => {
  const message = encodeBlock(0, 0, new Uint8Array(16_384).fill(1));
  const buffers: ArrayBufferLike[] = [];
  const { sink } = recorder();
  sink.onBlock = (_piece, _begin, block) => buffers.push(block.buffer);
  const decoder = new PeerWireDecoder();
  decoder.push(message, sink);
  decoder.push(message.slice(0, 9000), sink);
  decoder.push(message.slice(9000), sink);
  assert.equal(buffers[0], message.buffer);
  assert.notEqual(buffers[1], message.buffer);
});

test('pendingBytes counts the payload of a piece message that has arrived in part', () => {
  const { sink } = recorder();
  const decoder = new PeerWireDecoder();
  const message = encodeBlock(0, 0, new Uint8Array(100));
  assert.equal(decoder.pendingBytes, 0);
  decoder.push(message.subarray(0, 10), sink);
  assert.equal(decoder.pendingBytes, 0);
  decoder.push(message.subarray(10, 50), sink);
  assert.equal(decoder.pendingBytes, 37);
  decoder.push(message.subarray(50), sink);
  assert.equal(decoder.pendingBytes, 0);
  decoder.push(encode.encodeBitfield(bits).subarray(0, 6), sink);
  assert.equal(decoder.pendingBytes, 0);
});

test('stop() from inside a call drops the rest of the chunk and all that follows', () => {
  for (let n = 1; n < expected.length; n++) {
    for (const size of [stream.length, 3]) {
      const decoder = new PeerWireDecoder();
      const { sink, events } = recorder(() => {
        if (events.length === n) decoder.stop();
      });
      for (const chunk of chunksOf(stream, size))
        assert.equal(decoder.push(chunk, sink), undefined);
      assert.deepEqual(events, expected.slice(0, n));
    }
  }
});

/** A length prefix and an id, nothing more: what it takes to refuse. */
function head(length: number, id: number): Uint8Array {
  const bytes = new Uint8Array(5);
  writeUint32(bytes, 0, length);
  bytes[4] = id;
  return bytes;
}

test('a length that does not fit the type is refused once the id is known', () => {
  const exact = new Map([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 5],
    [6, 13],
    [8, 13],
    [9, 3],
    [13, 5],
    [14, 1],
    [15, 1],
    [16, 13],
    [17, 5],
    [21, 49],
    [23, 49],
  ]);
  for (const [id, length] of exact) {
    for (const wrong of [length - 1, length + 1, 1000].filter((n) => n > 0)) {
      assert.equal(decodeChunks([head(wrong, id)]).code, 'WIRE_BAD_LENGTH', `${id} ${wrong}`);
    }
    assert.equal(decodeChunks([head(length, id)]).code, undefined);
  }
  for (const [id, short] of [
    [7, 8],
    [20, 1],
    [22, 48],
  ] as const) {
    assert.equal(decodeChunks([head(short, id)]).code, 'WIRE_BAD_LENGTH');
    assert.equal(decodeChunks([head(short + 1, id)]).code, undefined);
  }
});

test('an oversized message is refused before its payload arrives', () => {
  const limits = {
    maxBlockBytes: 100,
    maxBitfieldBytes: 10,
    maxExtendedBytes: 20,
    maxHashesBytes: 80,
  };
  for (const [id, largest] of [
    [7, 109],
    [5, 11],
    [20, 22],
    [22, 81],
  ] as const) {
    const decode = (length: number) =>
      decodeChunks(chunksOf(head(length, id), 1), new PeerWireDecoder(limits)).code;
    assert.equal(decode(largest), undefined);
    assert.equal(decode(largest + 1), 'WIRE_OVERSIZED_MESSAGE');
  }
  assert.equal(decodeChunks([head(9 + 16_385, 7)]).code, 'WIRE_OVERSIZED_MESSAGE');
  assert.equal(decodeChunks([head(1_048_576, 99)]).code, undefined);
  // Four bytes are enough to see that no message is this long.
  assert.equal(decodeChunks([head(1_048_577, 99).slice(0, 4)]).code, 'WIRE_OVERSIZED_MESSAGE');
});

test('after a violation nothing more is delivered', () => {
  const { sink, events } = recorder();
  const decoder = new PeerWireDecoder();
  const bad = concatBytes([encode.encodeChoke(), head(2, 0), encode.encodeUnchoke()]);
  const refusal = decoder.push(bad, sink);
  assert.equal(refusal?.code, 'WIRE_BAD_LENGTH');
  assert.equal(decoder.push(encode.encodeUnchoke(), sink), refusal);
  assert.deepEqual(events, [['choke']]);
});

test('declared lengths reserve no memory', () => {
  const { sink } = recorder();
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 200 }, () => {
    const decoder = new PeerWireDecoder();
    decoder.push(head(1_000_000, 20), sink);
    decoder.push(new Uint8Array(40), sink);
    return decoder;
  });
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.equal(decoders.length, 200);
  assert.ok(grown < 1_000_000, `${grown} bytes for 200 messages of which 45 bytes each arrived`);
});

test('a large message in small chunks arrives whole', () => {
  const payload = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const message = encode.encodeExtended(1, payload);
  const { events } = decodeChunks([...chunksOf(message, 1000), encode.encodeHave(4)]);
  assert.deepEqual(events, [
    ['extended', 1, toHex(payload)],
    ['have', 4],
  ]);
});

test('the payload of an unknown message is skipped over many chunks', () => {
  const message = encodeUnknown(77, new Uint8Array(50_000).fill(0xff));
  const { events } = decodeChunks(chunksOf(concatBytes([message, encode.encodeChoke()]), 999));
  assert.deepEqual(events, [['unknown', 77], ['choke']]);
});

const message = fc.oneof(
  fc.constantFrom(...vocabulary.map(([bytes]) => bytes)),
  fc.uint8Array({ maxLength: 40 }),
);
const cuts = fc.array(fc.nat(200), { maxLength: 20 });

test('random and broken streams never throw, and cuts never change what comes out', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 12 }),
      fc.nat(),
      fc.nat(255),
      cuts,
      (parts, at, value, at2) => {
        const bytes = concatBytes(parts);
        if (bytes.length > 0 && value < 128) bytes[at % bytes.length] = value;
        const places = [
          0,
          ...at2.filter((n) => n < bytes.length).sort((a, b) => a - b),
          bytes.length,
        ];
        const pieces = places.slice(1).map((end, i) => bytes.slice(places[i], end));
        assert.deepEqual(decodeChunks(pieces), decodeChunks([bytes]));
      },
    ),
    { numRuns: 1000 },
  );
});
