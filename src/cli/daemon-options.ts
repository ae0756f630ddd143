/** The flags that `shoal daemon` and `shoal up` share, and the options of the daemon that they make. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { SettingsChange } from '../api/contract/torrents.ts';
import type { DaemonOptions } from '../daemon/daemon.ts';
import type { DaemonConfiguration } from '../daemon/surroundings/live-configuration.ts';
import { valueOption } from './command-shape.ts';
import { limitOf, type OrNone, parseCountOrNone } from './limit-text.ts';
import {
  parseCount,
  parsePort,
  parseRate,
  parseRatio,
  parseTime,
  parseTrackerUrl,
  repeated,
} from './option-values.ts';
import { parseDays, parseHours, type Schedule } from './schedule-text.ts';

export interface DaemonFlags {
  readonly host?: string;
  readonly port?: number;
  readonly peerPort?: number;
  readonly peerHost?: string;
  readonly dir?: string;
  readonly allowDir?: string[];
  readonly data?: string;
  readonly tokenFile?: string;
  readonly hostName?: string[];
  readonly webRoot?: string;
  readonly watch?: string;
  readonly onComplete?: string[];
  /** Bytes per second. */
  readonly down?: number;
  readonly up?: number;
  readonly altDown?: number;
  readonly altUp?: number;
  readonly altHours?: Schedule;
  readonly altDays?: number[];
  readonly maxActiveDownloads?: OrNone;
  /** Its older name. */
  readonly maxActive?: number;
  readonly maxActiveSeeds?: OrNone;
  readonly maxPeers?: number;
  readonly seedRatio?: number;
  /** Milliseconds. */
  readonly seedTime?: number;
  readonly addStopped?: boolean;
  readonly tracker?: string;
  readonly trackerToken?: string;
}

interface DaemonOptionWords {
  readonly data: string;
  readonly peerPort: string;
}

const ownWords: DaemonOptionWords = {
  data: "where torrents, progress and token are kept; default in the user's state folder",
  peerPort: 'TCP port for peers; default a free one',
};

export function addDaemonOptions(command: Command, words: DaemonOptionWords = ownWords): void {
  valueOption(command, '--host <address>', 'address of the API; default 127.0.0.1');
  valueOption(
    command,
    '--port <port>',
    'TCP port of the API, 0 for a free one; default 6880',
    parsePort,
  );
  valueOption(command, '--peer-port <port>', words.peerPort, parsePort);
  valueOption(command, '--peer-host <address>', 'address for peers; default all');
  valueOption(command, '--dir <dir>', 'where downloads go; default the working directory');
  valueOption(
    command,
    '--allow-dir <dir>',
    'another folder that torrents may be saved to; may be repeated',
    repeated((dir) => dir),
  );
  valueOption(command, '--data <dir>', words.data);
  valueOption(command, '--token-file <file>', 'the token; default the file token in --data');
  valueOption(
    command,
    '--host-name <name>',
    'a name the API is reached by; may be repeated',
    repeated((name) => name),
  );
  valueOption(command, '--web-root <dir>', "serve this page in place of the daemon's own");
  addContentOptions(command);
  addLimitOptions(command);
}

function addContentOptions(command: Command): void {
  valueOption(command, '--watch <dir>', 'add .torrent and .magnet files that appear there');
  valueOption(
    command,
    '--on-complete <word>',
    'run this when a download is complete: first the program, then its arguments, one a flag; {name}, {dir}, {path} and {hash} are filled in',
    repeated((word) => word),
  );
  command.option('--add-stopped', 'what is added waits until it is started');
  valueOption(
    command,
    '--tracker <url>',
    'home tracker: announce URL for what is shared; its catalog is browsed',
    parseTrackerUrl,
  );
  valueOption(command, '--tracker-token <token>', "token for the home tracker's catalog");
}

function addLimitOptions(command: Command): void {
  valueOption(command, '--down <rate>', 'download at most this fast, as 2MiB', parseRate);
  valueOption(command, '--up <rate>', 'upload at most this fast', parseRate);
  valueOption(command, '--alt-down <rate>', 'the same under the alternative limits', parseRate);
  valueOption(command, '--alt-up <rate>', 'the same under the alternative limits', parseRate);
  valueOption(
    command,
    '--alt-hours <from-to>',
    'when the alternative limits hold, as 08:00-18:00; off for never',
    parseHours,
  );
  valueOption(command, '--alt-days <days>', 'on these days, as mon-fri or sat,sun', parseDays);
  valueOption(
    command,
    '--max-active-downloads <number>',
    'downloads at once, or none for no limit; default 5',
    parseCountOrNone,
  );
  command.addOption(new Option('--max-active <number>').argParser(parseCount).hideHelp());
  valueOption(
    command,
    '--max-active-seeds <number>',
    'torrents shared at once; default no limit',
    parseCountOrNone,
  );
  valueOption(command, '--max-peers <number>', 'connections at once; default 500', parseCount);
  valueOption(
    command,
    '--seed-ratio <ratio>',
    'stop a torrent after sharing this many times its size',
    parseRatio,
  );
  valueOption(
    command,
    '--seed-time <time>',
    'stop a torrent after sharing it this long',
    parseTime,
  );
}

/** What a start takes. */
export function daemonOptions(flags: DaemonFlags): DaemonOptions {
  const { allowDir, data, hostName, ...same } = flags;
  const { host, port, peerPort, peerHost, dir, tokenFile, webRoot, trackerToken } = same;
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(peerPort !== undefined && { peerPort }),
    ...(peerHost !== undefined && { peerHost }),
    ...(dir !== undefined && { dir }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(webRoot !== undefined && { webRoot }),
    ...(trackerToken !== undefined && { trackerToken }),
    ...(allowDir !== undefined && { allowDirs: allowDir }),
    ...(data !== undefined && { dataDir: data }),
    ...(hostName !== undefined && { hostNames: hostName }),
    configuration: daemonConfiguration(flags),
  };
}

/** What may change while it runs, and what is only taken up at a start. */
export function daemonConfiguration(flags: DaemonFlags): DaemonConfiguration {
  const { watch, onComplete } = flags;
  return {
    settings: settingsOf(flags),
    ...(watch !== undefined && { watchDir: resolve(watch) }),
    ...(onComplete !== undefined && { onComplete }),
    atStart: {
      host: flags.host,
      port: flags.port,
      'peer-port': flags.peerPort,
      'peer-host': flags.peerHost,
      'allow-dir': flags.allowDir,
      data: flags.data,
      'token-file': flags.tokenFile,
      'host-name': flags.hostName,
      'web-root': flags.webRoot,
      'tracker-token': flags.trackerToken,
    },
  };
}

function settingsOf(flags: DaemonFlags): SettingsChange {
  const { dir, down, up, maxActiveSeeds, maxPeers, seedRatio, seedTime, tracker } = flags;
  const maxActiveDownloads = flags.maxActiveDownloads ?? flags.maxActive;
  const alternative = alternativeOf(flags);
  return {
    ...(dir !== undefined && { dir: resolve(dir) }),
    ...(down !== undefined && { downLimit: down }),
    ...(up !== undefined && { upLimit: up }),
    ...(Object.keys(alternative).length > 0 && { alternative }),
    ...(maxActiveDownloads !== undefined && { maxActiveDownloads: limitOf(maxActiveDownloads) }),
    ...(maxActiveSeeds !== undefined && { maxActiveSeeds: limitOf(maxActiveSeeds) }),
    ...(maxPeers !== undefined && { maxPeers }),
    ...(seedRatio !== undefined && { seedRatio }),
    ...(seedTime !== undefined && { seedTimeSeconds: Math.round(seedTime / 1000) }),
    ...(flags.addStopped !== undefined && { startAdded: !flags.addStopped }),
    ...(tracker !== undefined && { tracker }),
  };
}

function alternativeOf(flags: DaemonFlags): NonNullable<SettingsChange['alternative']> {
  const { altDown, altUp, altHours, altDays } = flags;
  const schedule = { ...altHours, ...(altDays !== undefined && { days: altDays }) };
  return {
    ...(altDown !== undefined && { downLimit: altDown }),
    ...(altUp !== undefined && { upLimit: altUp }),
    ...(Object.keys(schedule).length > 0 && { schedule }),
  };
}
