/**
 * The daemon's torrents, settings and categories in SQLite: what was asked for, and what was reached.
 * What is verified on the disk is kept elsewhere, in the client's resume files.
 * Invariants: what a method wrote outlives the process when it returns, and the machine once `flushed`
 * resolves; one process at a time, which the lock of the folder sees to.
 */
import type { InfoHash } from '../../base/ids.ts';
import type { TorrentSource } from '../client/client-contract.ts';
import { SessionDatabase } from './session-database.ts';
import { damaged, requireSoundRow, requireText } from './sound-row.ts';
import {
  insertTorrent,
  type StoredTorrent,
  torrentFromRow,
  torrentValues,
  updateTorrent,
} from './stored-torrent.ts';

export type { StoredTorrent } from './stored-torrent.ts';

/** A setting that was changed while the daemon ran. */
export interface StoredSetting {
  readonly value: unknown;
  /** What the configuration said then; undefined for nothing. */
  readonly fileValue: unknown;
}

export class SessionStore {
  readonly #path: string;
  readonly #database: SessionDatabase;

  /** Makes the file when it is missing. Throws ClientError. */
  constructor(path: string) {
    this.#path = path;
    this.#database = new SessionDatabase(path);
  }

  /** In the order they were added. Throws ClientError, as everything here. */
  all(): StoredTorrent[] {
    const torrents = this.#read('SELECT * FROM torrent ORDER BY id').map((row) => {
      requireSoundRow(row, this.#path);
      return torrentFromRow(row);
    });
    const [orphan] = this.#read(
      'SELECT name FROM torrent WHERE info_hash NOT IN (SELECT info_hash FROM source)',
    );
    if (orphan !== undefined) throw damaged(this.#path, `${orphan.name} has lost its .torrent`);
    return torrents;
  }

  source(infoHash: InfoHash): TorrentSource | undefined {
    const sql = 'SELECT magnet, torrent FROM source WHERE info_hash = ?';
    const row = this.#read(sql, infoHash)[0];
    if (row?.torrent instanceof Uint8Array) return row.torrent;
    return typeof row?.magnet === 'string' ? row.magnet : undefined;
  }

  add(torrent: StoredTorrent, source: TorrentSource): void {
    this.#database.transaction(() => {
      this.#database.prepare(insertTorrent).run(...torrentValues(torrent));
      const [magnet, bytes] = typeof source === 'string' ? [source, null] : [null, source];
      const insert = this.#database.prepare('INSERT INTO source VALUES (?, ?, ?)');
      insert.run(torrent.infoHash, magnet, bytes);
    });
  }

  /** What is written during `work`, all or nothing. */
  together(work: () => void): void {
    this.#database.transaction(work);
  }

  /** All or none. Those that are not here stay away. */
  save(torrents: readonly StoredTorrent[]): void {
    if (torrents.length === 0) return;
    this.#database.transaction(() => {
      const update = this.#database.prepare(updateTorrent);
      for (const torrent of torrents) update.run(...torrentValues(torrent));
    });
  }

  /** The positions of these torrents, all or none. */
  saveQueue(torrents: Iterable<StoredTorrent>): void {
    this.#database.transaction(() => {
      const sql = 'UPDATE torrent SET queue_position = ? WHERE info_hash = ?';
      const update = this.#database.prepare(sql);
      for (const { infoHash, queuePosition } of torrents) update.run(queuePosition, infoHash);
    });
  }

  remove(...hashes: readonly InfoHash[]): void {
    this.#database.transaction(() => {
      const forget = this.#database.prepare('DELETE FROM torrent WHERE info_hash = ?');
      for (const infoHash of hashes) forget.run(infoHash);
    });
  }

  settings(): Map<string, StoredSetting> {
    const rows = this.#read('SELECT key, value, file_value FROM setting');
    return new Map(
      rows.map(({ key, value, file_value }) => [
        key as string,
        {
          value: this.#parse(value),
          fileValue: file_value === null ? undefined : this.#parse(file_value),
        },
      ]),
    );
  }

  /** In place of all there were. */
  replaceSettings(settings: ReadonlyMap<string, StoredSetting>): void {
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM setting').run();
      const insert = this.#database.prepare('INSERT INTO setting VALUES (?, ?, ?)');
      for (const [key, { value, fileValue }] of settings) {
        const before = fileValue === undefined ? null : JSON.stringify(fileValue);
        insert.run(key, JSON.stringify(value), before);
      }
    });
  }

  /** Folder of each category; empty for the daemon's own. */
  categories(): Map<string, string> {
    const rows = this.#read('SELECT name, dir FROM category ORDER BY name');
    return new Map(
      rows.map((row) => [
        this.#named(row, 'a category'),
        requireText(row.dir, this.#path, "a category's folder"),
      ]),
    );
  }

  saveCategory(name: string, dir: string): void {
    this.#database.transaction(() =>
      this.#database.prepare('INSERT OR REPLACE INTO category VALUES (?, ?)').run(name, dir),
    );
  }

  removeCategories(names: readonly string[]): void {
    this.#database.transaction(() => {
      const forget = this.#database.prepare('DELETE FROM category WHERE name = ?');
      for (const name of names) forget.run(name);
    });
  }

  /** Labels that stay without a torrent. */
  labels(): string[] {
    const rows = this.#read('SELECT name FROM label ORDER BY name');
    return rows.map((row) => this.#named(row, 'a label'));
  }

  saveLabels(names: readonly string[]): void {
    this.#database.transaction(() => {
      const insert = this.#database.prepare('INSERT OR IGNORE INTO label VALUES (?)');
      for (const name of names) insert.run(name);
    });
  }

  removeLabels(names: readonly string[]): void {
    this.#database.transaction(() => {
      const forget = this.#database.prepare('DELETE FROM label WHERE name = ?');
      for (const name of names) forget.run(name);
    });
  }

  /** Bytes under a name, for what the daemon remembers of itself. */
  kept(key: string): Uint8Array | undefined {
    const row = this.#read('SELECT value FROM kept WHERE key = ?', key)[0];
    return row?.value instanceof Uint8Array ? row.value : undefined;
  }

  keep(key: string, value: Uint8Array): void {
    this.#database.transaction(() =>
      this.#database.prepare('INSERT OR REPLACE INTO kept VALUES (?, ?)').run(key, value),
    );
  }

  /** What was written so far stays, whatever happens to the machine. */
  flushed(): Promise<void> {
    return this.#database.flushed();
  }

  /** Idempotent. */
  close(): void {
    this.#database.close();
  }

  #parse(text: unknown): unknown {
    try {
      return JSON.parse(String(text));
    } catch {
      throw damaged(this.#path, 'a setting is not what was kept');
    }
  }

  #named(row: Record<string, unknown>, what: string): string {
    return requireText(row.name, this.#path, what);
  }

  #read(sql: string, ...keys: readonly string[]): Record<string, unknown>[] {
    return this.#database.guard(() => this.#database.prepare(sql).all(...keys));
  }
}
