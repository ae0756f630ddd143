/**
 * What flags, environment and file of settings say, also when the file changes while the daemon runs.
 * Invariants: a change is taken as a whole or not at all, and the file is only ever read; what a running
 * daemon cannot take up is named.
 */
import { settingsChange } from '../../api/contract/schema/daemon.ts';
import type { Notice, SettingsChange } from '../../api/contract/torrents.ts';
import { ClientError } from '../client/client-error.ts';

export interface DaemonConfiguration {
  readonly settings: SettingsChange;
  readonly watchDir?: string;
  /** Program and arguments. */
  readonly onComplete?: readonly string[];
  /** What is taken up at a start only, by the names of the flags. */
  readonly atStart: Readonly<Record<string, unknown>>;
}

/** Why the file is not used, one sentence each. */
export interface ConfigurationProblem {
  readonly problems: readonly string[];
}

/** Tells each change of the file. Gives back how to stop it. */
export type WatchConfiguration = (
  tell: (news: DaemonConfiguration | ConfigurationProblem) => void,
) => () => void;

export interface LiveConfigurationOptions {
  readonly initial: DaemonConfiguration;
  readonly watch: WatchConfiguration | undefined;
  applySettings(settings: SettingsChange): Promise<void>;
  applyWatchDir(dir: string | undefined): void;
  applyOnComplete(command: readonly string[]): void;
  notify(notice: Notice): void;
  log(level: 'info' | 'warn', message: string): void;
}

export class LiveConfiguration {
  readonly #options: LiveConfigurationOptions;
  readonly #stop: (() => void) | undefined;
  #now: DaemonConfiguration;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: LiveConfigurationOptions) {
    this.#options = options;
    this.#now = options.initial;
    this.#stop = options.watch?.((news) => {
      this.#turn = this.#turn.then(() => this.#take(news));
    });
  }

  async #take(news: DaemonConfiguration | ConfigurationProblem): Promise<void> {
    const problems = 'problems' in news ? news.problems : settingProblems(news.settings);
    if ('problems' in news || problems.length > 0) {
      this.#refuse(problems);
      return;
    }
    const before = this.#now;
    const waiting = changedKeys(before.atStart, news.atStart);
    try {
      await this.#options.applySettings(news.settings);
    } catch (error) {
      this.#refuse([error instanceof Error ? error.message : String(error)]);
      return;
    }
    this.#now = news;
    if (news.watchDir !== before.watchDir) this.#options.applyWatchDir(news.watchDir);
    if (!isSame(news.onComplete, before.onComplete)) {
      this.#options.applyOnComplete(news.onComplete ?? []);
    }
    const live = { ...news, atStart: undefined };
    if (!isSame(live, { ...before, atStart: undefined })) {
      this.#tell('info', 'The changed file of settings is in force');
    }
    if (waiting.length > 0) {
      const verb = waiting.length === 1 ? 'is' : 'are';
      this.#tell('warn', `${waiting.join(', ')} ${verb} taken up when the daemon is started again`);
    }
  }

  #refuse(problems: readonly string[]): void {
    const all = problems.join(' ');
    this.#tell('warn', `The changed file of settings is not used, and nothing changed: ${all}`);
  }

  #tell(level: 'info' | 'warn', message: string): void {
    this.#options.log(level, message);
    this.#options.notify({ kind: 'settings', message });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stop?.();
    await this.#turn;
  }
}

/** Throws ClientError for settings that are not possible. */
export function requirePossible({ settings }: DaemonConfiguration): void {
  const [problem] = settingProblems(settings);
  if (problem !== undefined) throw new ClientError('CONFIG_INVALID', problem);
}

function settingProblems(settings: SettingsChange): string[] {
  const read = settingsChange.safeParse(settings);
  return (read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`);
}

function changedKeys(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].filter((key) => !isSame(before[key], now[key])).sort();
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
