/** A daemon's session with many torrents in it, without their data. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeSource } from '../../src/daemon/client/source-description.ts';
import { SessionStore } from '../../src/daemon/session/session-store.ts';
import { admitted } from '../../src/daemon/torrents/torrent-admission.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { encodeBencode } from '../../src/protocol/bencode.ts';

const lengthBytes = 40 * 2 ** 20;
const pieceLength = 2 ** 18;

/** A .torrent of nothing that exists. */
export function inventedTorrent(index: number): Uint8Array {
  const pieces = new Uint8Array((20 * lengthBytes) / pieceLength).fill(index);
  const info = new Map<string, string | number | Uint8Array>([
    ['length', lengthBytes],
    ['name', `Invented thing number ${index}.iso`],
    ['piece length', pieceLength],
    ['pieces', pieces],
  ]);
  const announce = 'http://127.0.0.1:9/announce';
  return encodeBencode(
    new Map<string, string | typeof info>([
      ['announce', announce],
      ['info', info],
    ]),
  );
}

/** `active` of them want to run; the others are complete and stopped. */
export function fillSession(dataDir: string, count: number, active: number): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const store = new SessionStore(join(dataDir, 'session.sqlite'));
  store.together(() => {
    for (let index = 0; index < count; index++) {
      const source = inventedTorrent(index);
      const described = describeSource(source, nodeHashes);
      const isStarted = index % Math.ceil(count / active) === 0;
      const row = admitted({
        described,
        asked: { labels: [`label ${index % 7}`] },
        dir: join(dataDir, 'downloads'),
        isStarted,
        queuePosition: index,
      });
      const complete = { completedAtMs: row.addedAtMs, doneBytes: row.lengthBytes };
      store.add(isStarted ? row : { ...row, ...complete }, source);
    }
  });
  store.close();
}
