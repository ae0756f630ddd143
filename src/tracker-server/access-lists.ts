/**
 * The access rules as the operator's files and the catalog have them at the moment: looked at again when
 * a file changes, so a tracker need not be restarted.
 * Invariant: a file that cannot be read or is malformed leaves the rules in force as they are.
 */
import { stat } from 'node:fs/promises';
import { fromHex } from '../base/hex.ts';
import type { CatalogChange } from '../node/catalog/catalog-store.ts';
import { type AccessMode, AccessRules } from '../tracker/access.ts';
import { InfoHashSet } from '../tracker/info-hash-set.ts';
import { readInfoHashes, readPasskeys } from './list-file.ts';

export interface AccessSettings {
  readonly mode: AccessMode;
  /** For `allow` and `deny`. */
  readonly listPath: string | undefined;
  readonly passkeysPath: string | undefined;
}

export interface AccessListsOptions extends AccessSettings {
  /** What the catalog has; asked in mode `catalog` alone. */
  catalogInfoHashes(): Promise<Iterable<Uint8Array>>;
  /** A change that was refused: a sentence for the log. */
  onProblem(message: string): void;
}

const lookMs = 2000;

export class AccessLists {
  readonly #options: AccessListsOptions;
  readonly rules: AccessRules;
  /** Called after each change, so that other threads learn of it. */
  onChange: (rules: AccessRules) => void = () => {};
  readonly #looking: NodeJS.Timeout;
  #stamps = '';
  #loading: Promise<void> | undefined;
  #isStale = false;

  private constructor(options: AccessListsOptions) {
    this.#options = options;
    const { mode } = options;
    this.rules = new AccessRules({
      mode,
      infoHashes: InfoHashSet.of([]).bytes,
      passkeys: options.passkeysPath === undefined ? undefined : new Set<string>(),
    });
    this.#looking = setInterval(() => void this.#look(), lookMs);
    this.#looking.unref();
  }

  /** Rejects when a file cannot be used: a tracker does not start with rules it does not have. */
  static async open(options: AccessListsOptions): Promise<AccessLists> {
    const lists = new AccessLists(options);
    try {
      lists.#stamps = await lists.#readStamps();
      await lists.#load();
    } catch (error) {
      lists.close();
      throw error;
    }
    return lists;
  }

  /** Reads everything again; what cannot be used is said to `onProblem`. Never rejects. */
  async reload(): Promise<void> {
    if (this.#loading !== undefined) {
      this.#isStale = true;
      return this.#loading;
    }
    this.#loading = this.#reloadWhileStale();
    await this.#loading;
    this.#loading = undefined;
  }

  /** What was published or removed, in force at once. Nothing in other modes than `catalog`. */
  catalogChanged(change: CatalogChange): void {
    const { mode } = this.#options;
    if (mode !== 'catalog') return;
    if (change.kind === 'unknown') {
      void this.reload();
      return;
    }
    const known = new InfoHashSet(this.rules.state.infoHashes);
    const changed = change.infoHashes.map((hex) => fromHex(hex)).filter((one) => one !== undefined);
    const infoHashes = change.kind === 'added' ? known.with(changed) : known.without(changed);
    this.rules.replace({ ...this.rules.state, infoHashes: infoHashes.bytes });
    this.onChange(this.rules);
    // A reading that is under way may have begun before the change.
    if (this.#loading !== undefined) this.#isStale = true;
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#looking);
  }

  async #reloadWhileStale(): Promise<void> {
    do {
      this.#isStale = false;
      try {
        await this.#load();
      } catch (error) {
        this.#options.onProblem(error instanceof Error ? error.message : String(error));
      }
    } while (this.#isStale);
  }

  async #load(): Promise<void> {
    const { mode, listPath, passkeysPath } = this.#options;
    const [infoHashes, passkeys] = await Promise.all([
      mode === 'catalog'
        ? this.#options.catalogInfoHashes()
        : listPath === undefined || mode === 'open'
          ? []
          : readInfoHashes(listPath),
      passkeysPath === undefined ? undefined : readPasskeys(passkeysPath),
    ]);
    this.rules.replace({
      mode,
      infoHashes: InfoHashSet.of(infoHashes).bytes,
      passkeys: passkeys === undefined ? undefined : new Set(passkeys),
    });
    this.onChange(this.rules);
  }

  async #look(): Promise<void> {
    const stamps = await this.#readStamps();
    if (stamps === this.#stamps) return;
    this.#stamps = stamps;
    await this.reload();
  }

  /** Times and sizes of the files; notifications of file systems are not the same everywhere. */
  async #readStamps(): Promise<string> {
    const paths = [this.#options.listPath, this.#options.passkeysPath];
    const stamps = paths.map(async (path) => {
      if (path === undefined) return '';
      const there = await stat(path).catch(() => undefined);
      return there === undefined ? 'missing' : `${there.mtimeMs} ${there.size} ${there.ino}`;
    });
    return (await Promise.all(stamps)).join('|');
  }
}
