import { createHash } from 'node:crypto';
import type { TorrentFacts } from './catalog-store.ts';
import { searchTokens } from './search-tokens.ts';

export interface FactsInput {
  readonly name: string;
  /** Tells torrents of one name apart. */
  readonly salt?: string | number;
  readonly files?: readonly string[];
  readonly lengthBytes?: number;
  readonly version?: '1' | '2' | 'hybrid';
  readonly comment?: string;
}

/** Facts as a torrent of that name might have them; the hashes are of name and salt. */
export function factsOf(input: FactsInput): TorrentFacts {
  const { name, salt = '', files = [], version = '1', lengthBytes = 1000 } = input;
  const digest = (kind: string) => createHash(kind).update(`${name}\n${salt}`).digest('hex');
  const v2 = digest('sha256');
  return {
    infoHash: version === '2' ? v2.slice(0, 40) : digest('sha1'),
    ...(version === '1' ? {} : { infoHashV2: v2 }),
    name,
    lengthBytes,
    fileCount: Math.max(1, files.length),
    pieceLength: 16_384,
    isPrivate: false,
    ...(input.comment === undefined ? {} : { comment: input.comment, createdBy: 'tests' }),
    files: files.map((path) => ({ path, lengthBytes: 1 })),
    nameTokens: searchTokens(name, 1000),
    fileTokens: searchTokens(files.join(' '), 1000),
  };
}
