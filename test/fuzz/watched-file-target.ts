/** Files that somebody drops into the watch folder: each is taken or marked, whatever it holds. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUtf8 } from '../../src/base/text.ts';
import { WatchFolder } from '../../src/daemon/surroundings/watch-folder.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { parseMagnet } from '../../src/protocol/magnet.ts';
import { parseMetainfo } from '../../src/protocol/metainfo.ts';
import type { FuzzTarget } from './campaign.ts';
import { torrentSamples } from './document-samples.ts';
import { TargetFolder } from './target-folder.ts';

const takenWithinMs = 5000;
const folder = new TargetFolder();

async function add(source: Uint8Array | string): Promise<unknown> {
  return typeof source === 'string' ? parseMagnet(source) : parseMetainfo(source, nodeHashes);
}

export const watchedFileTarget: FuzzTarget = {
  name: 'watched-file',
  quickCount: 40,
  samples: [
    ...torrentSamples.slice(0, 3).map(({ bytes }) => bytes),
    ...['magnet:?xt=urn:btih:c9e15763f722f23e98a29decdfae341b98d53056&dn=x\n'].map(encodeUtf8),
  ],
  tokens: ['d4:info', 'e', 'magnet:?', '\n', '\0', '99999999999:', 'xt=urn:btih:', ' '],
  async take(bytes, random) {
    const name = `${random.below(2) === 0 ? 'a.torrent' : 'b.magnet'}`;
    const dir = folder.file('.');
    writeFileSync(join(dir, name), bytes);
    const said: string[] = [];
    const watch = new WatchFolder({
      dir,
      add,
      log: (_level, message) => said.push(message),
      pollMs: 5,
      settledMs: 0,
      patienceMs: 0,
    });
    try {
      const endMs = performance.now() + takenWithinMs;
      while (readdirSync(dir).includes(name)) {
        assert.ok(performance.now() < endMs, `${name} is not taken: ${said.join(' ')}`);
        await sleep(2);
      }
    } finally {
      await watch.close();
    }
    const [left = ''] = readdirSync(dir);
    assert.ok(left === `${name}.added` || left === `${name}.invalid`, left);
    rmSync(join(dir, left));
    for (const sentence of said) assert.ok(!sentence.includes('\n    at '), sentence);
  },
  close: () => folder.remove(),
};
