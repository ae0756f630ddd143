/** A daemon's service with a real client on loopback, in a folder of its own that can be opened again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsChange, TorrentInfo } from '../api/contract/torrents.ts';
import { SeededRandom } from '../base/random.ts';
import { Client } from './client/client.ts';
import { ResumeFiles } from './client/resume-files.ts';
import { SaveFolders } from './content/save-folders.ts';
import { SessionStore } from './session/session-store.ts';
import { createTorrent } from './torrent-files/create-torrent.ts';
import { DaemonSettings } from './torrents/daemon-settings.ts';
import { TorrentService } from './torrents/torrent-service.ts';

const longestWaitMs = 15_000;

export class ServiceRig {
  readonly dir = mkdtempSync(join(tmpdir(), 'shoal-service-'));
  #opened: { service: TorrentService; settings: DaemonSettings; store: SessionStore } | undefined;

  static async open(context: TestContext, configured: SettingsChange = {}): Promise<ServiceRig> {
    const rig = new ServiceRig();
    context.after(async () => {
      await rig.close();
      rmSync(rig.dir, { recursive: true, force: true });
    });
    await rig.reopen(configured);
    return rig;
  }

  /** As after a restart. */
  async reopen(configured: SettingsChange = {}): Promise<void> {
    await this.close();
    const stateDir = join(this.dir, 'state');
    const store = new SessionStore(join(this.dir, 'session.sqlite'));
    const folders = new SaveFolders(join(this.dir, 'downloads'), []);
    const settings = new DaemonSettings({
      store,
      folders,
      configured,
      fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 0 },
    });
    const client = await Client.open({ host: '127.0.0.1', stateDir });
    const service = new TorrentService({
      client,
      store,
      resume: new ResumeFiles(stateDir, () => undefined),
      folders,
      settings,
      dataDir: this.dir,
      onTrouble: () => undefined,
    });
    this.#opened = { service, settings, store };
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.service.close();
    opened?.store.close();
  }

  get service(): TorrentService {
    if (this.#opened === undefined) throw new Error('the rig is closed');
    return this.#opened.service;
  }

  get settings(): DaemonSettings {
    if (this.#opened === undefined) throw new Error('the rig is closed');
    return this.#opened.settings;
  }

  /** Files of these lengths below the folder for downloads, and their .torrent. */
  async content(name: string, lengths: readonly number[]) {
    const folder = join(this.dir, 'downloads', name);
    await mkdir(folder, { recursive: true });
    const random = new SeededRandom(name.length);
    for (const [index, length] of lengths.entries()) {
      const bytes = Uint8Array.from({ length }, () => random.below(256));
      await writeFile(join(folder, `${index}.bin`), bytes);
    }
    return createTorrent(folder, { pieceLength: 16_384 });
  }

  /** Asks until `holds`. */
  async until(hash: string, holds: (torrent: TorrentInfo) => boolean): Promise<TorrentInfo> {
    const endMs = performance.now() + longestWaitMs;
    for (;;) {
      const torrent = this.service.get(hash);
      if (holds(torrent)) return torrent;
      if (performance.now() > endMs) throw new Error(`in vain: ${JSON.stringify(torrent)}`);
      await sleep(10);
    }
  }
}
