/**
 * Under which names a torrent's files lie on this disk. Data that was downloaded has names that every
 * system takes; data that was shared from here may have names that only this system takes.
 */
import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nodeHashes } from '../../node/hashes.ts';
import { type Metainfo, parseMetainfo } from '../../protocol/metainfo.ts';
import { contentFiles } from './placed-files.ts';

/** The metainfo with the names of which more files exist below `dir`; portable ones on a tie. Throws DecodeError. */
export async function metainfoAsStored(bytes: Uint8Array, dir: string): Promise<Metainfo> {
  const portable = parseMetainfo(bytes, nodeHashes);
  const exact = parseMetainfo(bytes, nodeHashes, { pathRules: 'exact' });
  const exactPaths = pathsOf(exact, dir);
  const differing = pathsOf(portable, dir).flatMap((path, index) => {
    const other = exactPaths[index]!;
    return path === other ? [] : [{ path, other }];
  });
  let lead = 0;
  for (const { path, other } of differing) {
    lead += Number(await exists(path)) - Number(await exists(other));
  }
  return lead < 0 ? exact : portable;
}

function pathsOf(metainfo: Metainfo, dir: string): string[] {
  return contentFiles(metainfo).map((file) => resolve(dir, ...file.path));
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
