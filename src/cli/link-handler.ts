/**
 * Shoal as what opens magnet links and .torrent files on a freedesktop.org desktop: its entry among the
 * user's applications, and the user's choice of it. The desktop's own tools are used where they are.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { desktopEntry, desktopFileName, handledTypes, withoutHandler } from './desktop-entry.ts';

export interface HandlerStatus {
  readonly path: string;
  readonly installed: boolean;
  /** The entry starts this very installation. */
  readonly current: boolean;
  /** What opens each type now, as far as the desktop tells. */
  readonly defaults: Readonly<Record<string, string | null>>;
}

export class LinkHandler {
  readonly #command: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;

  /** `command` starts shoal. */
  constructor(command: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
    this.#command = command;
    this.#environment = environment;
  }

  get path(): string {
    return join(this.#applications, desktopFileName);
  }

  /** Whether the desktop took it as the default, which needs its xdg-mime. */
  install(): { readonly isDefault: boolean } {
    mkdirSync(this.#applications, { recursive: true });
    writeFileSync(this.path, desktopEntry(this.#command));
    this.#run('update-desktop-database', [this.#applications]);
    const isDefault = this.#run('xdg-mime', ['default', desktopFileName, ...handledTypes]);
    return { isDefault: isDefault !== undefined };
  }

  /** Whether there was one. */
  uninstall(): boolean {
    const wasThere = read(this.path) !== undefined;
    rmSync(this.path, { force: true });
    this.#run('update-desktop-database', [this.#applications]);
    const choices = join(this.#folder('XDG_CONFIG_HOME', '.config'), 'mimeapps.list');
    for (const path of [choices, join(this.#applications, 'mimeapps.list')]) {
      const text = read(path);
      if (text?.includes(desktopFileName) === true) writeFileSync(path, withoutHandler(text));
    }
    return wasThere;
  }

  status(): HandlerStatus {
    const text = read(this.path);
    const defaults = handledTypes.map((type) => {
      const said = this.#run('xdg-mime', ['query', 'default', type])?.trim();
      return [type, said === undefined || said === '' ? null : said] as const;
    });
    return {
      path: this.path,
      installed: text !== undefined,
      current: text === desktopEntry(this.#command),
      defaults: Object.fromEntries(defaults),
    };
  }

  get #applications(): string {
    return join(this.#folder('XDG_DATA_HOME', '.local', 'share'), 'applications');
  }

  /** The specification says to ignore a relative path. */
  #folder(variable: string, ...below: readonly string[]): string {
    const named = this.#environment[variable] ?? '';
    return isAbsolute(named) ? named : join(homedir(), ...below);
  }

  /** What it printed; undefined when it is not there or fails. */
  #run(program: string, args: readonly string[]): string | undefined {
    const { status, stdout } = spawnSync(program, args, {
      env: this.#environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    });
    return status === 0 ? stdout : undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
