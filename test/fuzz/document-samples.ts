/** Torrents of every version and resume states, small and valid, for mutation. */
import { Bitfield } from '../../src/base/bitfield.ts';
import type { InfoHash } from '../../src/base/ids.ts';
import type { Layout } from '../../src/engine/layout.ts';
import { encodeResume } from '../../src/engine/resume.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { createMetainfo, layOutFiles } from '../../src/protocol/create-metainfo.ts';
import { hashFileV2, merkleLeafCount } from '../../src/protocol/merkle.ts';
import { type Metainfo, type MetainfoVersion, parseMetainfo } from '../../src/protocol/metainfo.ts';

const pieceLength = 16_384;

interface TorrentSample {
  readonly bytes: Uint8Array;
  readonly infoBytes: Uint8Array;
  readonly metainfo: Metainfo;
}

const files = [
  { path: ['a', 'größe.bin'], lengthBytes: 40_000 },
  { path: ['a', 'leer'], lengthBytes: 0 },
  { path: ['b.txt'], lengthBytes: 10 },
  { path: ['c', 'd', 'e'], lengthBytes: 16_384 },
];

function torrentSample(version: MetainfoVersion, singleFile: boolean): TorrentSample {
  const content = singleFile ? [{ path: ['single.iso'], lengthBytes: 100_000 }] : files;
  const spans = layOutFiles(content, pieceLength, version);
  const end = spans.at(-1)!;
  const pieces = Math.ceil((end.offsetBytes + end.lengthBytes) / pieceLength);
  const v2Files = content.map(({ lengthBytes }) => {
    if (lengthBytes === 0) return undefined;
    return hashFileV2(
      new Uint8Array(32 * merkleLeafCount(lengthBytes)).fill(9),
      pieceLength,
      nodeHashes,
    );
  });
  const bytes = createMetainfo({
    name: singleFile ? 'single.iso' : 'Ordner',
    files: content,
    singleFile,
    pieceLength,
    version,
    ...(version === '2' ? {} : { v1Pieces: new Uint8Array(20 * pieces).fill(5) }),
    ...(version === '1' ? {} : { v2Files }),
    trackers: [['http://t.example/announce', 'udp://u.example:1'], ['http://v.example/a']],
    webSeeds: ['http://w.example/'],
    comment: 'comment',
    creationDateMs: 1_700_000_000_000,
    private: singleFile,
    source: 'S',
  });
  const metainfo = parseMetainfo(bytes, nodeHashes);
  return { bytes, metainfo, infoBytes: metainfo.infoBytes };
}

export const torrentSamples: readonly TorrentSample[] = (['1', '2', 'hybrid'] as const).flatMap(
  (version) => [torrentSample(version, false), torrentSample(version, true)],
);

export function resumeSamples(infoHash: InfoHash, layout: Layout): Uint8Array[] {
  const verified = new Bitfield(layout.pieceCount);
  verified.set(3);
  const blocks = new Bitfield(layout.blockCount(5));
  blocks.set(1);
  const stamp = { lengthBytes: 1000, mtimeMs: 1_700_000_000_000.5 };
  const state = {
    infoHash,
    savedAtMs: 1_700_000_000_000,
    verified,
    files: [stamp],
    partial: [{ piece: 5, blocks }],
    uploadedBytes: 10,
    downloadedBytes: 20,
    corruptBytes: 0,
    seedingForMs: 1,
    completedOnce: false,
  };
  const fuller = {
    ...state,
    verified: Bitfield.full(layout.pieceCount),
    files: [undefined],
    partial: [],
    partsFile: stamp,
    trackers: [['http://a/', 'udp://b:1'], []],
    priorities: new Uint8Array([4]),
    name: 'ändert',
    savePath: '/tmp',
  };
  return [encodeResume(state), encodeResume(fuller)];
}
