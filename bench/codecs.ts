/** Codecs alone, without sockets: bencoding, torrents, peer messages, UDP tracker packets. */
import { nodeHashes } from '../src/node/hashes.ts';
import { decodeBencode, encodeBencode } from '../src/protocol/bencode.ts';
import { createMetainfo } from '../src/protocol/create-metainfo.ts';
import { parseMetainfo } from '../src/protocol/metainfo.ts';
import type { PeerMessageSink } from '../src/protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../src/protocol/peer-wire-decoder.ts';
import * as wire from '../src/protocol/peer-wire-encoder.ts';
import * as udpReply from '../src/protocol/udp-tracker-reply.ts';
import * as udpRequest from '../src/protocol/udp-tracker-request.ts';
import { MiB, number, size } from './figures.ts';
import type { BenchOptions, Report } from './report.ts';
import { timed } from './stopwatch.ts';

const chunkBytes = 256 << 10;

interface Case {
  readonly name: string;
  /** Bytes that one operation reads or writes. */
  readonly bytes: number;
  /** What one operation stands for, when it is more than one thing. */
  readonly units?: number;
  run(): unknown;
}

export async function benchCodecs(options: BenchOptions): Promise<Report> {
  const milliseconds = options.quick ? 90 : 900;
  const rows: string[][] = [];
  const figures: Record<string, { nsPerOperation: number; MiBPerSecond: number }> = {};
  for (const each of [...torrentCases(), ...wireCases(), ...udpCases()]) {
    options.note(`codecs: ${each.name}`);
    const { nsPerOperation } = timed(milliseconds, () => each.run());
    const MiBPerSecond = each.bytes / MiB / (nsPerOperation / 1e9);
    const ns = nsPerOperation / (each.units ?? 1);
    figures[each.name] = { nsPerOperation: ns, MiBPerSecond };
    rows.push([each.name, time(ns), number(MiBPerSecond)]);
  }
  return {
    name: 'codecs',
    title: 'Codecs',
    conditions: 'Each alone in one thread, warmed up, median of 7 batches.',
    tables: [{ columns: ['what', 'time', 'MiB/s'], rows }],
    bars: [],
    skipped: [],
    figures,
  };
}

function time(ns: number): string {
  if (ns < 1e3) return `${number(ns)} ns`;
  return ns < 1e6 ? `${number(ns / 1e3)} µs` : `${number(ns / 1e6)} ms`;
}

function torrentCases(): Case[] {
  const hashesOnly = metainfo(1, 50_000);
  const manyFiles = metainfo(15_000, 1000);
  return [
    { document: manyFiles, what: '15,000 files' },
    { document: hashesOnly, what: '50,000 pieces' },
  ].flatMap(({ document, what }) => {
    const label = `torrent of ${size(document.length)}, ${what}`;
    const value = decodeBencode(document);
    return [
      {
        name: `bencode decode, ${label}`,
        bytes: document.length,
        run: () => decodeBencode(document),
      },
      { name: `bencode encode, ${label}`, bytes: document.length, run: () => encodeBencode(value) },
      {
        name: `read and check, ${label}`,
        bytes: document.length,
        run: () => parseMetainfo(document, nodeHashes),
      },
    ];
  });
}

function metainfo(files: number, pieces: number): Uint8Array {
  const pieceLength = 1 << 20;
  const lengthBytes = Math.floor((pieces * pieceLength) / files);
  return createMetainfo({
    name: 'bench',
    files: Array.from({ length: files }, (_, i) => ({
      path: [`folder ${i % 100}`, `a file of the benchmark ${i}.bin`],
      lengthBytes,
    })),
    singleFile: false,
    pieceLength,
    version: '1',
    v1Pieces: new Uint8Array(20 * Math.ceil((files * lengthBytes) / pieceLength)),
    trackers: [['http://127.0.0.1:6969/announce']],
    webSeeds: [],
  });
}

function wireCases(): Case[] {
  const blocks = messages(4096, wire.BLOCK_HEADER_BYTES + wire.BLOCK_BYTES, (target, at, i) =>
    wire.writeBlockHeader(target, at, i >> 6, (i & 63) * wire.BLOCK_BYTES, wire.BLOCK_BYTES),
  );
  const writeRequests = (target: Uint8Array) => {
    for (let at = 0, i = 0; at < target.length; at += wire.REQUEST_MESSAGE_BYTES, i++) {
      wire.writeRequest(target, at, i >> 6, (i & 63) * wire.BLOCK_BYTES, wire.BLOCK_BYTES);
    }
    return target;
  };
  const requests = writeRequests(new Uint8Array(4096 * wire.REQUEST_MESSAGE_BYTES));
  const target = new Uint8Array(requests.length);
  return [
    {
      name: 'peer wire decode, 16 KiB block',
      bytes: blocks.length,
      units: 4096,
      run: () => decode(blocks),
    },
    {
      name: 'peer wire decode, request',
      bytes: requests.length,
      units: 4096,
      run: () => decode(requests),
    },
    {
      name: 'peer wire encode, request',
      bytes: target.length,
      units: 4096,
      run: () => writeRequests(target),
    },
  ];
}

function messages(
  count: number,
  length: number,
  write: (target: Uint8Array, at: number, i: number) => void,
): Uint8Array {
  const stream = new Uint8Array(count * length);
  for (let i = 0; i < count; i++) write(stream, i * length, i);
  return stream;
}

/** In chunks as a socket delivers them, so that messages are cut. */
function decode(stream: Uint8Array): number {
  const decoder = new PeerWireDecoder();
  const sink = new CountingSink();
  for (let at = 0; at < stream.length; at += chunkBytes) {
    const violation = decoder.push(stream.subarray(at, at + chunkBytes), sink);
    if (violation !== undefined) throw new Error(violation.message);
  }
  return sink.count;
}

/** Takes note of blocks and requests, and nothing else comes. */
class CountingSink implements PeerMessageSink {
  count = 0;
  onRequest(piece: number, begin: number, length: number): void {
    this.count += piece + begin + length;
  }
  onBlock(piece: number, begin: number, block: Uint8Array): void {
    this.count += piece + begin + block.length;
  }
  onKeepAlive(): void {}
  onChoke(): void {}
  onUnchoke(): void {}
  onInterested(): void {}
  onNotInterested(): void {}
  onHave(): void {}
  onBitfield(): void {}
  onCancel(): void {}
  onPort(): void {}
  onSuggest(): void {}
  onHaveAll(): void {}
  onHaveNone(): void {}
  onReject(): void {}
  onAllowedFast(): void {}
  onExtended(): void {}
  onHashRequest(): void {}
  onHashes(): void {}
  onHashReject(): void {}
  onUnknown(): void {}
}

function udpCases(): Case[] {
  const request = {
    connectionId: 0x1234_5678_9abc_def0n,
    transactionId: 7,
    infoHash: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20).fill(2),
    downloadedBytes: 2 ** 40,
    leftBytes: 2 ** 41,
    uploadedBytes: 2 ** 42,
    event: 'started',
    ipv4: 0,
    key: 9,
    numWant: 50,
    port: 6881,
  } as const;
  const reply = {
    transactionId: 7,
    intervalSeconds: 1800,
    leechers: 40,
    seeders: 10,
    peers: new Uint8Array(50 * 6).fill(3),
  };
  const asked = udpRequest.encodeUdpAnnounceRequest(request);
  const answered = udpReply.encodeUdpAnnounceReply(reply);
  const [askedBytes, answeredBytes] = [asked.length, answered.length];
  return [
    {
      name: 'UDP announce encode',
      bytes: askedBytes,
      run: () => udpRequest.encodeUdpAnnounceRequest(request),
    },
    {
      name: 'UDP announce decode',
      bytes: askedBytes,
      run: () => udpRequest.decodeUdpTrackerRequest(asked),
    },
    {
      name: 'UDP reply encode, 50 peers',
      bytes: answeredBytes,
      run: () => udpReply.encodeUdpAnnounceReply(reply),
    },
    {
      name: 'UDP reply decode, 50 peers',
      bytes: answeredBytes,
      run: () => udpReply.decodeUdpTrackerReply(answered),
    },
  ];
}
