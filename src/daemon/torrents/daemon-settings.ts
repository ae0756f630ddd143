/**
 * The daemon's settings from three sides: defaults, the configuration (flags and file), and what was
 * changed while it ran.
 * Invariants: whoever spoke last wins: a key changed here goes before the configuration until the
 * configuration's value of that key is another; nothing is in force that the store does not have.
 */
import { settingsChange } from '../../api/contract/schema/daemon.ts';
import type { Settings, SettingsChange } from '../../api/contract/torrents.ts';
import type { SettingsPort } from '../../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { SaveFolders } from '../content/save-folders.ts';
import type { SessionStore, StoredSetting } from '../session/session-store.ts';
import {
  defaultSettings,
  flatSettings,
  type SettingKey,
  type SettingValues,
  settingsOf,
} from './setting-keys.ts';

export interface DaemonSettingsOptions {
  readonly store: SessionStore;
  readonly folders: SaveFolders;
  /** What flags and file say at the start. */
  readonly configured: SettingsChange;
  readonly fixed: Settings['fixed'];
}

type Listener = (settings: Settings, changed: ReadonlySet<SettingKey>) => void;

export class DaemonSettings implements SettingsPort {
  readonly #store: SessionStore;
  readonly #folders: SaveFolders;
  readonly #listeners = new Set<Listener>();
  #fixed: Settings['fixed'];
  #configured: SettingValues;
  #changed: Map<string, StoredSetting>;
  /** What the clock says of the alternative limits, until a person says otherwise. */
  #byClock: boolean | undefined;
  #values: Settings;

  /** Throws ClientError when the store cannot be read. */
  constructor({ store, folders, configured, fixed }: DaemonSettingsOptions) {
    this.#store = store;
    this.#folders = folders;
    this.#fixed = fixed;
    this.#configured = flatSettings(configured);
    this.#changed = stillSpoken(store.settings(), this.#configured);
    const dir = this.#changed.get('dir')?.value;
    if (typeof dir === 'string' && !this.#isUsable(dir)) this.#changed.delete('dir');
    this.#values = this.#inForce();
  }

  #isUsable(dir: string): boolean {
    try {
      this.#folders.setAllowed(dir);
      return true;
    } catch (error) {
      if (error instanceof DaemonRefusal) return false;
      throw error;
    }
  }

  get(): Settings {
    return this.#values;
  }

  /** Told after each change. Gives back how to stop it. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async change(change: SettingsChange): Promise<Settings> {
    const asked = settingsChange.safeParse(change);
    if (!asked.success) throw refused(asked.error.issues[0]);
    const news = flatSettings(asked.data);
    const dir = news.get('dir');
    if (typeof dir === 'string') news.set('dir', this.#folders.choose(dir));
    const next = new Map(this.#changed);
    for (const [key, value] of news) {
      next.set(key, { value, fileValue: this.#configured.get(key) });
    }
    this.#store.replaceSettings(next);
    this.#changed = next;
    if (news.has('alternative.enabled')) this.#byClock = undefined;
    if (news.has('alternative.schedule.enabled')) this.#byClock = undefined;
    if (typeof dir === 'string') this.#folders.setAllowed(dir);
    this.#announce();
    await this.#store.flushed();
    return this.#values;
  }

  /** The configuration says something else now. Settles once what it overrules is off the disk. */
  async applyFile(values: SettingsChange): Promise<void> {
    this.#configured = flatSettings(values);
    const next = stillSpoken(this.#changed, this.#configured);
    if (next.size !== this.#changed.size) this.#store.replaceSettings(next);
    this.#changed = next;
    const dir = this.#configured.get('dir');
    if (typeof dir === 'string' && !next.has('dir')) this.#folders.setOwn(dir);
    this.#announce();
    await this.#store.flushed();
  }

  /** What only flags and file can set. */
  applyFixed(fixed: Partial<Settings['fixed']>): void {
    this.#fixed = { ...this.#fixed, ...fixed };
    this.#announce();
  }

  /** The clock entered or left the times of the alternative limits. */
  switchByClock(on: boolean | undefined): void {
    this.#byClock = on;
    this.#announce();
  }

  #announce(): void {
    const before = flatSettings(this.#values);
    this.#values = this.#inForce();
    const now = flatSettings(this.#values);
    const changed = new Set<SettingKey>();
    for (const [key, value] of now) if (!isSame(before.get(key), value)) changed.add(key);
    for (const listener of [...this.#listeners]) listener(this.#values, changed);
  }

  #inForce(): Settings {
    const values: SettingValues = new Map(flatSettings(defaultSettings));
    for (const [key, value] of this.#configured) values.set(key, value);
    for (const [key, { value }] of this.#changed) values.set(key as SettingKey, value);
    values.set('dir', this.#folders.dir);
    if (this.#byClock !== undefined) values.set('alternative.enabled', this.#byClock);
    return { ...settingsOf(values), fixed: this.#fixed };
  }
}

/** What the configuration has not spoken about since. */
function stillSpoken(
  changed: ReadonlyMap<string, StoredSetting>,
  configured: SettingValues,
): Map<string, StoredSetting> {
  const known = flatSettings(defaultSettings);
  return new Map(
    [...changed].filter(
      ([key, { value, fileValue }]) =>
        known.has(key as SettingKey) &&
        isPossible(key, value) &&
        isSame(fileValue, configured.get(key as SettingKey)),
    ),
  );
}

/** A version before may have taken what this one does not. */
function isPossible(key: string, value: unknown): boolean {
  const nested = key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  return settingsChange.safeParse(nested).success;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function refused(issue: { path: PropertyKey[]; message: string } | undefined): DaemonRefusal {
  const field = issue?.path.map(String).join('.') ?? '';
  const message = `${field === '' ? 'This' : field} ${issue?.message ?? 'is no setting'}`;
  return new DaemonRefusal('BAD_REQUEST', message, { field });
}
