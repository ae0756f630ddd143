/** What `shoal set` asks the daemon to change, and what it prints then. */
import type {
  FilesChange,
  Settings,
  SettingsChange,
  TorrentChange,
  TorrentFile,
} from '../api/contract/torrents.ts';
import { selectFiles } from '../daemon/torrent-files/select-files.ts';
import { CliError } from './cli-error.ts';
import { type DaemonCall, forEachOf } from './daemon-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { folderForDaemon } from './folder-for-daemon.ts';
import { type Goal, goalOf, limitOf, rateLimitText, ratioText, timeText } from './limit-text.ts';
import { type NumberedTorrent, torrentsNamed } from './named-torrent.ts';
import { dayNames } from './schedule-text.ts';
import { requireFlagsOf, type SetFlags } from './set-options.ts';
import type { Terminal } from './terminal.ts';

export async function setDaemon(call: DaemonCall<SetFlags>): Promise<ExitCode> {
  const { terminal, client, flags } = call;
  requireFlagsOf('daemon', flags);
  const change = daemonChange(call);
  const isAsked = Object.keys(change).length === 0;
  let settings = await (isAsked ? client.settings() : client.changeSettings(change));
  // New hours decide at once; what a person says of now comes after them.
  if (flags.alt !== undefined) {
    settings = await client.changeSettings({ alternative: { enabled: flags.alt } });
  }
  terminal.object(settings);
  printSettings(terminal, settings);
  return exitCodes.ok;
}

export async function setTorrents(call: DaemonCall<SetFlags>): Promise<ExitCode> {
  const { terminal, client, flags, args } = call;
  requireFlagsOf('torrents', flags);
  const change = torrentChange(flags);
  return forEachOf(
    terminal,
    await torrentsNamed(client, args),
    ({ hash, name }) => ({ hash, name }),
    async ({ number, ...torrent }) => {
      const { hash } = torrent;
      const ranges = await rangesFor(call, { number, ...torrent });
      if (ranges.length > 0) await client.setPriorities(hash, ranges);
      const trackers = await changeTrackers(call, torrent);
      let info = torrent;
      if (flags.queue !== undefined) info = await client.queue(hash, flags.queue);
      if (Object.keys(change).length > 0) info = await client.change(hash, change);
      terminal.object({ number, ...info });
      terminal.field('torrent', info.name);
      terminal.field(
        'ratio',
        `stops at ${info.seedRatio === undefined ? "the daemon's" : ratioText(info.seedRatio)}`,
      );
      terminal.field(
        'time',
        `stops after ${info.seedTimeSeconds === undefined ? "the daemon's" : timeText(info.seedTimeSeconds)}`,
      );
      terminal.field('order', info.sequential ? 'from the first piece on' : 'the rarest first');
      terminal.field('queue', `place ${info.queuePosition + 1}`);
      if (trackers !== undefined) {
        terminal.field('trackers', trackers.length === 0 ? 'none' : trackers.join(' '));
      }
      if (ranges.length > 0) terminal.field('files', 'changed, see shoal files');
    },
  );
}

/** What is left of the trackers, or undefined when no change was asked for. A new one is asked last. */
async function changeTrackers(
  { client, flags }: DaemonCall<SetFlags>,
  { hash, name }: { readonly hash: string; readonly name: string },
): Promise<readonly string[] | undefined> {
  const { addTracker: added = [], removeTracker: removed = [] } = flags;
  if (added.length + removed.length === 0) return undefined;
  const before = await client.trackers(hash);
  const known = new Set(before.map(({ url }) => url));
  const strange = removed.find((url) => !known.has(url));
  if (strange !== undefined) {
    throw new CliError('TORRENT_TRACKER', `${name} has no tracker ${strange}. See shoal trackers.`);
  }
  const tiers: string[][] = [];
  for (const { tier, url } of before) {
    if (!removed.includes(url)) tiers[tier] = [...(tiers[tier] ?? []), url];
  }
  const fresh = added.filter((url) => !known.has(url)).map((url) => [url]);
  const wanted = [...tiers.filter((tier) => tier !== undefined), ...fresh];
  return (await client.setTrackers(hash, wanted)).map(({ url }) => url);
}

function torrentChange({ seedRatio, seedTime, sequential }: SetFlags): TorrentChange {
  return {
    ...(seedRatio !== undefined && { seedRatio: goalOf(seedRatio) }),
    ...(seedTime !== undefined && { seedTimeSeconds: goalOf(seedTime) }),
    ...(sequential !== undefined && { sequential }),
  };
}

function daemonChange({ flags, isLocal }: DaemonCall<SetFlags>): SettingsChange {
  const { alt, altDown, altUp, altHours, altDays, dir, seedRatio, seedTime } = flags;
  const schedule = { ...altHours, ...(altDays !== undefined && { days: altDays }) };
  const alternative = {
    ...(alt !== undefined && { enabled: alt }),
    ...(altDown !== undefined && { downLimit: limitOf(altDown) }),
    ...(altUp !== undefined && { upLimit: limitOf(altUp) }),
    ...(Object.keys(schedule).length > 0 && { schedule }),
  };
  return {
    ...(Object.keys(alternative).length > 0 && { alternative }),
    ...(dir !== undefined && { dir: isLocal ? folderForDaemon(dir) : dir }),
    ...(flags.maxDownloads !== undefined && { maxActiveDownloads: limitOf(flags.maxDownloads) }),
    ...(flags.maxSeeds !== undefined && { maxActiveSeeds: limitOf(flags.maxSeeds) }),
    ...(flags.maxPeers !== undefined && { maxPeers: flags.maxPeers }),
    ...(flags.tracker !== undefined && {
      tracker: flags.tracker === 'none' ? null : flags.tracker,
    }),
    ...(flags.startAdded !== undefined && { startAdded: flags.startAdded }),
    ...(seedRatio !== undefined && { seedRatio: ownGoal(seedRatio) }),
    ...(seedTime !== undefined && { seedTimeSeconds: ownGoal(seedTime) }),
  };
}

/** The daemon's own goal has no other to fall back to. */
function ownGoal(goal: Goal): number | null {
  return typeof goal === 'number' ? goal : null;
}

async function rangesFor(
  { client, flags }: DaemonCall<SetFlags>,
  { hash, name }: NumberedTorrent,
): Promise<FilesChange['ranges']> {
  const wishes = (['normal', 'low', 'high', 'skip'] as const).filter(
    (priority) => flags[priority] !== undefined,
  );
  if (wishes.length === 0) return [];
  const files = await client.files(hash);
  if (files.length === 0) {
    throw new CliError(
      'TORRENT_NO_METADATA',
      `the files of ${name} are not known before its metadata is here.`,
    );
  }
  return wishes.flatMap((priority) =>
    selectedOf(name, files, flags[priority] ?? []).map(({ index }) => ({
      first: index,
      last: index,
      priority,
    })),
  );
}

/** By the numbers that `shoal files` prints, or by a path with or without the torrent's own folder. */
function selectedOf(
  name: string,
  files: readonly TorrentFile[],
  selections: readonly string[],
): readonly TorrentFile[] {
  const steps = files.map(({ path }) => path.split('/'));
  const hasFolder = steps.every((path) => path.length > 1 && path[0] === steps[0]![0]);
  const named = steps.map((path) => ({
    path: hasFolder ? path.slice(1) : path,
    padding: false,
  }));
  const flags = selectFiles({ name, files: named }, selections);
  return files.filter((_, at) => flags[at]);
}

function printSettings(terminal: Terminal, settings: Settings): void {
  const { alternative, fixed } = settings;
  const { schedule } = alternative;
  const count = (limit: number | null): string => (limit === null ? 'no limit' : String(limit));
  terminal.field('folder', settings.dir);
  terminal.field('tracker', settings.tracker ?? 'none');
  terminal.field(
    'limits',
    `down ${rateLimitText(settings.downLimit)}, up ${rateLimitText(settings.upLimit)}`,
  );
  const { downLimit, upLimit, enabled } = alternative;
  terminal.field(
    'alt',
    `${enabled ? 'on' : 'off'}: down ${rateLimitText(downLimit)}, up ${rateLimitText(upLimit)}`,
  );
  if (schedule.enabled) {
    const days =
      schedule.days.length === 7
        ? 'every day'
        : schedule.days.map((day) => dayNames[day]).join(', ');
    terminal.field('', `from ${schedule.from} to ${schedule.to}, ${days}`);
  }
  terminal.field(
    'at once',
    `downloads ${count(settings.maxActiveDownloads)}, seeds ${count(settings.maxActiveSeeds)}, peers ${settings.maxPeers}`,
  );
  terminal.field(
    'goals',
    `ratio ${ratioText(settings.seedRatio)}, time ${timeText(settings.seedTimeSeconds)}`,
  );
  terminal.field('added', settings.startAdded ? 'is started' : 'waits to be started');
  terminal.field('peers', `on port ${fixed.peerPort}`);
  if (fixed.watchDir !== null) terminal.field('watched', fixed.watchDir);
}
