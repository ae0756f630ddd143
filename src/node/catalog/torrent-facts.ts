/**
 * From the bytes of a .torrent to what the catalog keeps of it. Reading costs up to a second for the
 * largest torrents, so servers have it done by `TorrentReader`. Invariant: besides the torrent itself,
 * what is kept is bounded, however many files it has.
 */
import { parseMetainfo } from '../../protocol/metainfo.ts';
import { nodeHashes } from '../hashes.ts';
import { type ListedFile, maxListedFiles, type TorrentFacts } from './catalog-store.ts';
import { searchTokens } from './search-tokens.ts';

const maxCommentUnits = 4000;
const maxCreatedByUnits = 200;
/** Of the paths that are listed, together. */
const maxListedUnits = 256 * 1024;
const maxSearchedFiles = 1000;
const maxSearchedUnits = 64 * 1024;
const maxNameTokenUnits = 4096;

/** Throws DecodeError. The name stays what the torrent says as far as any file could have it. */
export function readTorrentFacts(bytes: Uint8Array): TorrentFacts {
  const info = parseMetainfo(bytes, nodeHashes, { pathRules: 'exact' });
  const files = info.files.filter((file) => !file.padding);
  const { comment, createdBy } = info;
  return {
    infoHash: info.infoHash,
    ...(info.infoHashV2 === undefined ? {} : { infoHashV2: info.infoHashV2 }),
    name: info.name,
    lengthBytes: info.contentBytes,
    fileCount: files.length,
    pieceLength: info.pieceLength,
    isPrivate: info.private,
    ...(comment === undefined ? {} : { comment: cleanText(comment, maxCommentUnits) }),
    ...(createdBy === undefined ? {} : { createdBy: cleanText(createdBy, maxCreatedByUnits) }),
    files: listFiles(files),
    nameTokens: searchTokens(info.name, maxNameTokenUnits),
    fileTokens: info.singleFile
      ? ''
      : searchTokens(
          files
            .slice(0, maxSearchedFiles)
            .map((file) => file.path.join(' '))
            .join(' ')
            .slice(0, maxSearchedUnits),
          maxSearchedUnits,
        ),
  };
}

function listFiles(
  files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[],
): ListedFile[] {
  const listed: ListedFile[] = [];
  let units = 0;
  for (const { path, lengthBytes } of files) {
    const text = path.join('/');
    units += text.length;
    if (listed.length === maxListedFiles || units > maxListedUnits) break;
    listed.push({ path: text, lengthBytes });
  }
  return listed;
}

/** PostgreSQL has no NUL in text. */
function cleanText(text: string, maxUnits: number): string {
  return text.slice(0, maxUnits).replaceAll('\0', '\ufffd').toWellFormed();
}
