/**
 * A real daemon in this process, with torrents in several states, that is fuzzed over HTTP.
 * Invariants, which `requireService` holds it to: nothing outside its folders changes, what may not be
 * set over the network stays, no error of its own is in its log, and its owner is served.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DaemonClient } from '../../src/api/client/daemon-client.ts';
import { DaemonError } from '../../src/api/client/daemon-error.ts';
import type { Settings } from '../../src/api/contract/torrents.ts';
import { type Daemon, openDaemon } from '../../src/daemon/daemon.ts';
import { DaemonTree } from './daemon-tree.ts';
import type { LiveSubject, ProcessMemory } from './live-campaign.ts';
import { sealNetwork } from './sealed-network.ts';
import { makeStagedTorrents, putContent, type StagedTorrent } from './staged-torrents.ts';

const mostTorrents = 40;
const closesWithinMs = 10_000;
/** Never to be seen in an answer. */
const trackerToken = 'sentinel-of-the-home-tracker';
export const magnetHash = 'c9e15763f722f23e98a29decdfae341b98d53056';

const plainSettings = {
  downLimit: null,
  upLimit: null,
  maxActiveDownloads: null,
  maxActiveSeeds: null,
  seedRatio: null,
  seedTimeSeconds: null,
  maxPeers: 200,
  startAdded: true,
  tracker: null,
} as const;

interface Parts {
  readonly tree: DaemonTree;
  readonly staged: readonly StagedTorrent[];
  readonly daemon: Daemon;
  readonly client: DaemonClient;
  readonly token: string;
  readonly fixed: Settings['fixed'];
  readonly problems: string[];
}

export class DaemonRig implements LiveSubject {
  readonly #parts: Parts;
  /** Counts what the session asked, for failures. */
  readonly secrets: readonly string[];

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.secrets = [parts.token, trackerToken];
  }

  static async open(): Promise<DaemonRig> {
    sealNetwork();
    const tree = await DaemonTree.make();
    const staged = await makeStagedTorrents();
    const problems: string[] = [];
    const daemon = await openDaemon({
      port: 0,
      peerHost: '127.0.0.1',
      dir: tree.downloads,
      allowDirs: [tree.allowed],
      dataDir: tree.data,
      trackerToken,
      configuration: {
        settings: {},
        watchDir: join(tree.root, 'watch'),
        onComplete: [process.execPath, '--version'],
        atStart: {},
      },
      log: (level, message) => {
        if (level === 'error') problems.push(message);
      },
    });
    const token = readFileSync(daemon.tokenPath, 'utf8').trim();
    const client = new DaemonClient(daemon.url, { token });
    const { fixed } = await client.settings();
    const rig = new DaemonRig({ tree, staged, daemon, client, token, fixed, problems });
    await rig.restage();
    return rig;
  }

  get port(): number {
    return Number(new URL(this.#parts.daemon.url).port);
  }

  get token(): string {
    return this.#parts.token;
  }

  get client(): DaemonClient {
    return this.#parts.client;
  }

  get tree(): DaemonTree {
    return this.#parts.tree;
  }

  get staged(): readonly StagedTorrent[] {
    return this.#parts.staged;
  }

  /** Errors that the daemon called its own, since the last time. */
  takeProblems(): string[] {
    return this.#parts.problems.splice(0);
  }

  /** Brings back what was removed and takes out what came, so that inputs go on meeting torrents. */
  async restage(): Promise<void> {
    const { client, tree, staged } = this.#parts;
    await client.changeSettings({ ...plainSettings, dir: tree.downloads });
    const torrents = await client.torrents();
    const isCrowded = torrents.length > mostTorrents;
    for (const { hash } of isCrowded ? torrents : []) {
      await client.remove(hash, { data: true }).catch(onlyRefused);
    }
    if (isCrowded) await this.#sweep();
    for (const torrent of staged) {
      if (!isCrowded && torrents.some(({ hash }) => hash === torrent.hash)) continue;
      await putContent(torrent, tree.downloads).catch(() => undefined);
      const paused = torrent.paused ?? false;
      await client.addFile(torrent.bytes, { paused }).catch(onlyRefused);
    }
    await client.add({ source: `magnet:?xt=urn:btih:${magnetHash}` }).catch(onlyRefused);
  }

  /** Content that lost its torrents. */
  async #sweep(): Promise<void> {
    const { tree } = this.#parts;
    for (const name of ['alpha', 'beta.bin', 'gamma', 'delta.iso', 'epsilon']) {
      await rm(join(tree.downloads, name), { recursive: true, force: true });
    }
  }

  async memory(): Promise<ProcessMemory> {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    // Resident memory is that of whoever fuzzes as well, and says nothing here.
    return { rss: 0, used: heapUsed + external };
  }

  async requireService(): Promise<void> {
    const { client, tree, fixed, token, daemon } = this.#parts;
    const [problem] = this.takeProblems();
    if (problem !== undefined) throw new Error(`the daemon met an error of its own: ${problem}`);
    tree.requireUntouched();
    assert.equal(readFileSync(daemon.tokenPath, 'utf8').trim(), token);
    assert.deepEqual((await client.settings()).fixed, fixed, 'what only flags can set');
    const torrents = await client.torrents();
    assert.equal((await client.session()).torrents, torrents.length);
    assert.equal(new Set(torrents.map(({ hash }) => hash)).size, torrents.length);
  }

  async close(): Promise<void> {
    const startMs = performance.now();
    await this.#parts.daemon.close();
    const tookMs = performance.now() - startMs;
    await this.#parts.tree.remove();
    assert.ok(tookMs < closesWithinMs, `the daemon took ${Math.round(tookMs)} ms to close`);
  }
}

function onlyRefused(error: unknown): void {
  if (!(error instanceof DaemonError)) throw error;
}
