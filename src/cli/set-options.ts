/** The flags of `shoal set`: some for the daemon, some for torrents, some for both. */
import type { Command } from 'commander';
import { type QueueMove, queueMoves } from '../api/contract/torrents.ts';
import { CliError } from './cli-error.ts';
import { valueOption } from './command-shape.ts';
import {
  type Goal,
  type OrNone,
  parseCountOrNone,
  parseOnOff,
  parseRateOrNone,
  parseRatioGoal,
  parseTimeGoal,
} from './limit-text.ts';
import { oneOf, parseCount, parseTrackerUrl, repeated } from './option-values.ts';
import { parseDays, parseHours, type Schedule } from './schedule-text.ts';

export interface SetFlags {
  readonly seedRatio?: Goal;
  /** Seconds. */
  readonly seedTime?: Goal;
  readonly sequential?: boolean;
  readonly high?: string[];
  readonly normal?: string[];
  readonly low?: string[];
  readonly skip?: string[];
  readonly queue?: QueueMove;
  readonly addTracker?: string[];
  readonly removeTracker?: string[];
  readonly alt?: boolean;
  readonly altDown?: OrNone;
  readonly altUp?: OrNone;
  readonly altHours?: Schedule;
  readonly altDays?: number[];
  readonly maxDownloads?: OrNone;
  readonly maxSeeds?: OrNone;
  readonly maxPeers?: number;
  readonly dir?: string;
  /** `none` for no tracker. */
  readonly tracker?: string;
  readonly startAdded?: boolean;
}

const ofTorrents = [
  'sequential',
  'high',
  'normal',
  'low',
  'skip',
  'queue',
  'addTracker',
  'removeTracker',
] as const;
const ofDaemon = [
  'alt',
  'altDown',
  'altUp',
  'altHours',
  'altDays',
  'maxDownloads',
  'maxSeeds',
  'maxPeers',
  'dir',
  'tracker',
  'startAdded',
] as const;

export function addSetOptions(command: Command): void {
  const option = <T = string>(
    flags: string,
    description: string,
    parse?: (text: string, before?: T) => T,
  ): void => void valueOption(command, flags, description, parse);
  option(
    '--seed-ratio <ratio>',
    'stop at this ratio; none, or default for a torrent',
    parseRatioGoal,
  );
  option('--seed-time <time>', 'stop after sharing this long; none, or default', parseTimeGoal);
  option('--sequential <on|off>', 'of a torrent: fetch it from the first piece on', parseOnOff);
  for (const priority of ['high', 'normal', 'low', 'skip'] as const) {
    const meaning =
      priority === 'skip' ? 'do not fetch these files' : `give these files ${priority} priority`;
    option(
      `--${priority} <files>`,
      `of a torrent: ${meaning}, as 1,3-5 or a glob; may be repeated`,
      repeated((files) => files),
    );
  }
  option('--queue <where>', 'of a torrent: top, up, down or bottom', oneOf(queueMoves));
  option(
    '--add-tracker <url>',
    'of a torrent: announce it to this tracker too; may be repeated',
    repeated(parseTrackerUrl),
  );
  option(
    '--remove-tracker <url>',
    'of a torrent: no longer to this one; may be repeated',
    repeated((url) => url),
  );
  option('--alt <on|off>', 'of the daemon: the alternative limits', parseOnOff);
  option('--alt-down <rate>', 'of the daemon: download then at most this fast', parseRateOrNone);
  option('--alt-up <rate>', 'of the daemon: upload then at most this fast', parseRateOrNone);
  option('--alt-hours <from-to>', 'of the daemon: when, as 08:00-18:00; off for never', parseHours);
  option('--alt-days <days>', 'of the daemon: on these days, as mon-fri or sat,sun', parseDays);
  option('--max-downloads <number>', 'of the daemon: downloads at once; none', parseCountOrNone);
  option('--max-seeds <number>', 'of the daemon: torrents shared at once; none', parseCountOrNone);
  option('--max-peers <number>', 'of the daemon: connections at once', parseCount);
  option('--dir <dir>', 'of the daemon: where downloads go from now on');
  option('--tracker <url>', 'of the daemon: its home tracker; none', (text) =>
    text === 'none' ? text : parseTrackerUrl(text),
  );
  option('--start-added <on|off>', 'of the daemon: start what is added', parseOnOff);
}

/** Throws CliError for a flag of the other kind. */
export function requireFlagsOf(kind: 'daemon' | 'torrents', flags: SetFlags): void {
  const strange = (kind === 'daemon' ? ofTorrents : ofDaemon).find(
    (name) => flags[name] !== undefined,
  );
  if (strange === undefined) return;
  const flag = `--${strange.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CliError(
    'USAGE_CONFLICT',
    kind === 'daemon'
      ? `${flag} is for a torrent: name one, as in shoal set holiday ${flag} …`
      : `${flag} is for the daemon as a whole, so name no torrent with it.`,
  );
}
