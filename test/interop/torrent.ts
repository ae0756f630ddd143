/** The torrents of the interop tests: made once by us or by libtorrent, then given each test's trackers. */
import { readFile, writeFile } from 'node:fs/promises';
import { nodeHashes } from '../../src/node/hashes.ts';
import { editMetainfo } from '../../src/protocol/edit-metainfo.ts';
import { type MetainfoVersion, parseMetainfo } from '../../src/protocol/metainfo.ts';
import { createWithLibtorrent } from './programs/libtorrent.ts';
import { runShoal } from './programs/shoal.ts';
import type { Workspace } from './workspace.ts';

const pieceLength = 256 * 1024;

export interface Torrent {
  /** Path of the .torrent file. */
  readonly file: string;
  /** Hex, as trackers know it: that of version 2 is cut to 20 bytes. */
  readonly infoHash: string;
  /** A magnet link with the same trackers. */
  readonly magnet: string;
}

export class TorrentFactory {
  readonly #workspace: Workspace;
  readonly #made = new Map<string, Promise<Uint8Array>>();
  #count = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Of the workspace's content. */
  async make(
    trackers: readonly string[],
    version: MetainfoVersion = '1',
    maker: 'shoal' | 'libtorrent' = 'shoal',
  ): Promise<Torrent> {
    const key = `${version}-${maker}`;
    let bytes = this.#made.get(key);
    if (bytes === undefined) {
      bytes = this.#create(key, version, maker);
      this.#made.set(key, bytes);
    }
    const edited = editMetainfo(await bytes, { trackers: trackers.map((url) => [url]) });
    const file = this.#workspace.path(`${key}-${++this.#count}.torrent`);
    await writeFile(file, edited.bytes);
    const { infoHash, infoHashV1, infoHashV2 } = parseMetainfo(edited.bytes, nodeHashes);
    const topics = [
      ...(infoHashV1 === undefined ? [] : [`xt=urn:btih:${infoHashV1}`]),
      ...(infoHashV2 === undefined ? [] : [`xt=urn:btmh:1220${infoHashV2}`]),
    ];
    const urls = trackers.map((url) => `tr=${encodeURIComponent(url)}`);
    const magnet = `magnet:?${[...topics, ...urls].join('&')}`;
    return { file, infoHash: infoHash.slice(0, 40), magnet };
  }

  async #create(
    key: string,
    version: MetainfoVersion,
    maker: 'shoal' | 'libtorrent',
  ): Promise<Uint8Array> {
    const { content } = this.#workspace;
    const output = this.#workspace.path(`${key}.torrent`);
    if (maker === 'libtorrent') {
      await createWithLibtorrent({ path: content, output, version, pieceLength, trackers: [] });
    } else {
      const kind = version === 'hybrid' ? '--hybrid' : `--v${version}`;
      const options = ['-o', output, '-l', `${pieceLength}`, kind];
      const { status, log } = await runShoal(['create', content, ...options]);
      if (status !== 0) throw new Error(`shoal create ended (${status})\n${log}`);
    }
    return readFile(output);
  }
}
