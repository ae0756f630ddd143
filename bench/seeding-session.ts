/** A daemon's data folder in which many small torrents are whole, as years of use leave it. */
import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Bitfield } from '../src/base/bitfield.ts';
import { encodeUtf8 } from '../src/base/text.ts';
import { ResumeFiles } from '../src/daemon/client/resume-files.ts';
import { describeSource } from '../src/daemon/client/source-description.ts';
import { SessionStore } from '../src/daemon/session/session-store.ts';
import { admitted } from '../src/daemon/torrents/torrent-admission.ts';
import { nodeHashes } from '../src/node/hashes.ts';
import { encodeBencode } from '../src/protocol/bencode.ts';

const fileBytes = 1024;
const pieceLength = 16_384;

export interface SeedingSession {
  readonly dataDir: string;
  readonly contentDir: string;
}

/** `count` torrents of one file each below `root`. */
export async function makeSeedingSession(
  root: string,
  count: number,
  announceUrl: string,
): Promise<SeedingSession> {
  const dataDir = join(root, 'data');
  const contentDir = join(root, 'content');
  await mkdir(dataDir);
  await mkdir(contentDir);
  const resume = new ResumeFiles(join(dataDir, 'resume'), () => {});
  const store = new SessionStore(join(dataDir, 'session.sqlite'));
  for (let i = 0; i < count; i++) {
    const name = `file-${i}.bin`;
    const path = join(contentDir, name);
    const content = randomBytes(fileBytes);
    await writeFile(path, content);
    const torrent = torrentOf(name, content, announceUrl);
    const described = describeSource(torrent, nodeHashes);
    const row = admitted({
      described,
      asked: {},
      dir: contentDir,
      isStarted: true,
      queuePosition: i,
    });
    store.add({ ...row, doneBytes: fileBytes, completedAtMs: row.addedAtMs }, torrent);
    const { mtimeMs } = await stat(path);
    await resume.save({
      infoHash: described.infoHash,
      savedAtMs: Date.now(),
      verified: Bitfield.full(1),
      files: [{ lengthBytes: fileBytes, mtimeMs }],
      partial: [],
      uploadedBytes: 0,
      downloadedBytes: fileBytes,
      corruptBytes: 0,
      seedingForMs: 0,
      completedOnce: true,
    });
  }
  store.close();
  return { dataDir, contentDir };
}

function torrentOf(name: string, content: Uint8Array, announceUrl: string): Uint8Array {
  const info = new Map<string, number | Uint8Array>([
    ['length', content.length],
    ['name', encodeUtf8(name)],
    ['piece length', pieceLength],
    ['pieces', nodeHashes.sha1(content)],
  ]);
  return encodeBencode(
    new Map<string, Uint8Array | typeof info>([
      ['announce', encodeUtf8(announceUrl)],
      ['info', info],
    ]),
  );
}
