/** Files of settings that change under a running daemon: taken up as a whole, or refused in sentences. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { encodeUtf8 } from '../../src/base/text.ts';
import { CliError } from '../../src/cli/cli-error.ts';
import { configuredValues } from '../../src/cli/config/apply-config.ts';
import { type DaemonFlags, daemonConfiguration } from '../../src/cli/daemon-options.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { ConfigFileError } from '../../src/daemon/config-file.ts';
import {
  LiveConfiguration,
  type WatchConfiguration,
} from '../../src/daemon/surroundings/live-configuration.ts';
import type { FuzzTarget } from './campaign.ts';
import { TargetFolder } from './target-folder.ts';

const folder = new TargetFolder();

function daemonCommand(): { program: Command; command: Command } {
  const program = buildProgram();
  const command = program.commands.find((each) => each.name() === 'daemon')!;
  command.setOptionValueWithSource('config', folder.file('config.toml'), 'cli');
  return { program, command };
}

let made: ReturnType<typeof daemonCommand> | undefined;

type News = Parameters<Parameters<WatchConfiguration>[0]>[0];

/** What the file says now, as a running daemon hears it. */
async function readNews(): Promise<News> {
  made ??= daemonCommand();
  try {
    const values = await configuredValues(made.program, made.command);
    return daemonConfiguration(Object.fromEntries(values) as DaemonFlags);
  } catch (error) {
    if (error instanceof ConfigFileError) return { problems: [error.message] };
    if (!(error instanceof CliError)) throw error;
    return { problems: [error.message, ...error.details] };
  }
}

async function hear(news: News): Promise<void> {
  const said: string[] = [];
  let tell: ((news: News) => void) | undefined;
  const live = new LiveConfiguration({
    initial: { settings: {}, atStart: {} },
    watch: (listener) => {
      tell = listener;
      return () => undefined;
    },
    applySettings: async () => undefined,
    applyWatchDir: () => undefined,
    applyOnComplete: () => undefined,
    notify: () => undefined,
    log: (_level, message) => said.push(message),
  });
  tell?.(news);
  await live.close();
  for (const sentence of said) assert.ok(!sentence.includes('\n    at '), sentence);
}

export const configTarget: FuzzTarget = {
  name: 'config-file',
  quickCount: 200,
  samples: [
    'port = 6880\n[daemon]\ndown = "2MiB"\nup = 100000\ndir = "~/x"\nwatch = "/w"\n',
    '[daemon]\non-complete = ["echo", "%N"]\nallow-dir = ["/a", "/b"]\nseed-ratio = 1.5\nseed-time = "2h"\n',
    '[daemon]\nalt-hours = "08:00-17:30"\nalt-days = "mon-fri"\nmax-peers = 10\nadd-stopped = true\n',
    '[all]\ntracker = "http://127.0.0.1:6969/announce"\n[tracker]\nport = 1\n',
    '"daemon" = { port = 1, dir = \'x\' }\n# comment\nx = 1979-05-27T07:32:00Z\n',
  ].map(encodeUtf8),
  tokens: [
    ...[
      '[daemon]',
      '[[daemon]]',
      '[all]',
      ' = ',
      '"',
      '"""',
      "'",
      '{',
      '}',
      '[',
      ']',
      '\n',
      '#',
      '.',
    ],
    ...[
      'down',
      'up',
      'dir',
      'watch',
      'max-peers',
      'on-complete',
      '-1',
      '1e400',
      'nan',
      'inf',
      '0x1',
    ],
    ...[
      'true',
      '\\u0000',
      '\\uD800',
      '\\U0010FFFF',
      '__proto__',
      'constructor',
      'alt-hours',
      '25:00-',
    ],
  ],
  async take(bytes) {
    writeFileSync(folder.file('config.toml'), bytes);
    await hear(await readNews());
  },
  close() {
    made = undefined;
    folder.remove();
  },
};
