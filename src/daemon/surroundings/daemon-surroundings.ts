/**
 * What surrounds the daemon's torrents, put together: the folders they may be saved to, what is shared
 * from here, the home tracker, the watch folder, the command for complete downloads, and the file of
 * settings.
 * Invariant: everything begun here is ended by `close`.
 */
import type { Notice, SettingsChange } from '../../api/contract/torrents.ts';
import type { FoldersPort, HomeTrackerPort, SharesPort } from '../../api/service/daemon-ports.ts';
import type { TorrentsPort } from '../../api/service/torrents-port.ts';
import { FolderLister } from '../content/folder-lister.ts';
import type { SaveFolders } from '../content/save-folders.ts';
import type { DaemonSettings } from '../torrents/daemon-settings.ts';
import { CompletionCommand } from './completion-command.ts';
import { HomeTracker } from './home-tracker.ts';
import {
  type DaemonConfiguration,
  LiveConfiguration,
  type WatchConfiguration,
} from './live-configuration.ts';
import { publishShare } from './publish-share.ts';
import { Shares } from './shares.ts';
import { WatchFolder } from './watch-folder.ts';

export interface SurroundedTorrents extends TorrentsPort {
  /** Data that was hashed just now, to be seeded. */
  seedVerified(torrent: Uint8Array, dir: string): Promise<unknown>;
  tell(notice: Notice): void;
}

export interface SurroundingsOptions {
  readonly torrents: SurroundedTorrents;
  readonly settings: DaemonSettings;
  readonly folders: SaveFolders;
  readonly dataDir: string;
  readonly configuration: DaemonConfiguration;
  readonly watchConfiguration: WatchConfiguration | undefined;
  /** Announce URLs of the tracker at home here; the first may be the setting `tracker`. */
  readonly homeTrackers: readonly string[];
  readonly trackerToken: string | undefined;
  log(level: 'info' | 'warn', message: string): void;
}

export class DaemonSurroundings {
  readonly folders: FoldersPort;
  readonly shares: SharesPort;
  readonly homeTracker: HomeTrackerPort;
  readonly #options: SurroundingsOptions;
  readonly #shares: Shares;
  readonly #command: CompletionCommand;
  readonly #configuration: LiveConfiguration;
  readonly #stopListening: () => void;
  #onComplete: readonly string[];
  #watch: WatchFolder | undefined;

  constructor(options: SurroundingsOptions) {
    this.#options = options;
    const { torrents, settings, configuration, dataDir, trackerToken } = options;
    this.folders = new FolderLister(options.folders);
    this.homeTracker = new HomeTracker({ announceUrl: () => settings.get().tracker });
    this.#shares = new Shares({
      folders: this.folders,
      dataDir,
      homeTrackers: () => this.#homeTrackers(),
      seed: (bytes, dir) => torrents.seedVerified(bytes, dir),
      publish: (bytes, url, signal) => publishShare(bytes, url, trackerToken, signal),
    });
    this.shares = this.#shares;
    this.#onComplete = configuration.onComplete ?? [];
    this.#command = new CompletionCommand({
      command: () => this.#onComplete,
      log: (level, message) => options.log(level, message),
    });
    this.#stopListening = torrents.onNotice((notice) => this.#onNotice(notice));
    this.#watchFolder(configuration.watchDir);
    this.#configuration = new LiveConfiguration({
      initial: configuration,
      watch: options.watchConfiguration,
      applySettings: (values) => settings.applyFile(withHome(values, options.homeTrackers)),
      applyWatchDir: (dir) => {
        this.#watchFolder(dir);
        settings.applyFixed({ watchDir: dir ?? null });
      },
      applyOnComplete: (command) => {
        this.#onComplete = command;
        settings.applyFixed({ onComplete: command.length > 0 });
      },
      notify: (notice) => torrents.tell(notice),
      log: (level, message) => options.log(level, message),
    });
  }

  #homeTrackers(): readonly string[] {
    const { tracker } = this.#options.settings.get();
    const { homeTrackers } = this.#options;
    if (tracker === null) return [];
    return homeTrackers[0] === tracker ? homeTrackers : [tracker];
  }

  #watchFolder(dir: string | undefined): void {
    const { torrents, log } = this.#options;
    void this.#watch?.close();
    this.#watch =
      dir === undefined
        ? undefined
        : new WatchFolder({ dir, add: (source) => torrents.add({ source }), log });
  }

  /** Data that was here already, and what is shared from here, was not downloaded. */
  #onNotice({ kind, hash }: Notice): void {
    if (kind !== 'completed' || hash === undefined || this.#onComplete.length === 0) return;
    const run = async (): Promise<void> => {
      const { name, dir, contentPath, downloadedBytes } = await this.#options.torrents.detail(hash);
      if (downloadedBytes > 0) this.#command.run({ hash, name, dir, path: contentPath });
    };
    run().catch((error: unknown) =>
      this.#options.log('warn', `on-complete is not run for ${hash}: ${String(error)}`),
    );
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#configuration.close();
    await this.#watch?.close();
    await this.#command.close();
    await this.#shares.close();
  }
}

/** A tracker at home here is the home tracker unless somebody says another. */
export function withHome(
  settings: SettingsChange,
  homeTrackers: readonly string[],
): SettingsChange {
  const [tracker] = homeTrackers;
  return tracker === undefined ? settings : { tracker, ...settings };
}
