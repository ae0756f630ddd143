import { createHash } from 'node:crypto';
import { type CreateMetainfoInput, createMetainfo } from '../../protocol/create-metainfo.ts';

export interface SampleInput {
  readonly name: string;
  readonly version?: '1' | '2' | 'hybrid';
  readonly isPrivate?: boolean;
  readonly comment?: string;
  readonly createdBy?: string;
  /** Paths below the folder that `name` then is; one file without. */
  readonly files?: readonly string[];
  /** Tells torrents of one name apart. */
  readonly salt?: string;
}

const pieceLength = 16_384;
const fileLength = 1000;

/** The bytes of a sound torrent; every file is of 1,000 bytes. */
export function sampleTorrent(input: SampleInput): Uint8Array {
  const { name, files, version = '1', salt = '' } = input;
  const paths = files ?? [name];
  const root = createHash('sha256').update(`${name}\n${salt}`).digest();
  const lengthBytes =
    version === '1' ? fileLength * paths.length : pieceLength * (paths.length - 1) + fileLength;
  const pieceCount = Math.ceil(lengthBytes / pieceLength);
  const content: CreateMetainfoInput = {
    name,
    files: paths.map((path) => ({ path: path.split('/'), lengthBytes: fileLength })),
    singleFile: files === undefined,
    pieceLength,
    version,
    ...(version === '2' ? {} : { v1Pieces: new Uint8Array(20 * pieceCount).fill(root[0]!) }),
    ...(version === '1' ? {} : { v2Files: paths.map(() => ({ root })) }),
    trackers: [['http://tracker.example/announce']],
    webSeeds: [],
    source: salt,
    ...(input.isPrivate ? { private: true } : {}),
    ...(input.comment === undefined ? {} : { comment: input.comment }),
    ...(input.createdBy === undefined ? {} : { createdBy: input.createdBy }),
  };
  return createMetainfo(content);
}
