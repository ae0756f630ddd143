import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nodeHashes } from '../../node/hashes.ts';
import { parseMetainfo } from '../../protocol/metainfo.ts';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import { torrentFileOf } from './torrent-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-torrent-file-'));
after(() => rmSync(folder, { recursive: true }));
const content = join(folder, 'content.bin');
writeFileSync(content, Buffer.alloc(100_000, 7));
const tiers = [['http://a.example/announce', 'http://b.example/announce'], ['udp://c.example:1']];

for (const version of ['1', '2', 'hybrid'] as const) {
  test(`a .torrent of version ${version} comes back from what a magnet link led to`, async () => {
    const { bytes, metainfo } = await createTorrent(content, { version, pieceLength: 16_384 });
    const made = parseMetainfo(torrentFileOf('magnet:?', metainfo, tiers), nodeHashes);
    assert.deepEqual(made.infoBytes, metainfo.infoBytes);
    assert.deepEqual(made.pieceHashes, metainfo.pieceHashes);
    assert.deepEqual(made.trackers, tiers);
    const edited = parseMetainfo(torrentFileOf(bytes, metainfo, tiers), nodeHashes);
    assert.deepEqual(edited.trackers, tiers);
    assert.equal(edited.createdBy, metainfo.createdBy);
    assert.equal(torrentFileOf(bytes, metainfo, metainfo.trackers), bytes);
  });
}
