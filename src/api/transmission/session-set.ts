/**
 * session-set: changes of the daemon's settings, all or none. Names that are not known are passed over,
 * as in Transmission; what is fixed here is refused by name.
 */
import { z } from 'zod';
import { dir } from '../contract/schema/values.ts';
import type { Settings, SettingsChange } from '../contract/torrents.ts';
import { alternativeChange } from './alternative-limits.ts';
import { requireUnfixed } from './fixed-settings.ts';
import { flag, numberUpTo, parseArguments, speed, whole, wordNumber } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';
import { shownIdleMinutes, shownRatio } from './seed-goals.ts';
import { shownDownloads, shownSeeds } from './session-get.ts';
import { wishedLimit, wishedSpeed } from './speed-limits.ts';

const minuteOfDay = wordNumber(1439, 'is a number of minutes after midnight, less than 1440');

const setArguments = z.object({
  'alt-speed-down': speed.optional(),
  'alt-speed-enabled': flag.optional(),
  'alt-speed-time-begin': minuteOfDay.optional(),
  'alt-speed-time-day': wordNumber(127, 'is a sum of days, 1 for Sunday to 64').optional(),
  'alt-speed-time-enabled': flag.optional(),
  'alt-speed-time-end': minuteOfDay.optional(),
  'alt-speed-up': speed.optional(),
  'download-dir': dir.optional(),
  'download-queue-enabled': flag.optional(),
  'download-queue-size': whole.optional(),
  'idle-seeding-limit': numberUpTo(10_000_000).optional(),
  'idle-seeding-limit-enabled': flag.optional(),
  'peer-limit-global': whole.optional(),
  'seed-queue-enabled': flag.optional(),
  'seed-queue-size': whole.optional(),
  seedRatioLimit: numberUpTo(10_000).optional(),
  seedRatioLimited: flag.optional(),
  'speed-limit-down': speed.optional(),
  'speed-limit-down-enabled': flag.optional(),
  'speed-limit-up': speed.optional(),
  'speed-limit-up-enabled': flag.optional(),
  'start-added-torrents': flag.optional(),
});

type SetArguments = z.output<typeof setArguments>;

export async function sessionSet({ ports }: RpcContext, args: object): Promise<object> {
  const asked = parseArguments(setArguments, args);
  requireUnfixed(args, ports.torrents.session().peerPort);
  const change = changeOf(asked, ports.settings.get());
  if (Object.keys(change).length > 0) await ports.settings.change(change);
  return {};
}

function changeOf(asked: SetArguments, settings: Settings): SettingsChange {
  const maxPeers = asked['peer-limit-global'];
  const wishes = {
    dir: asked['download-dir'],
    alternative: alternativeChange(asked),
    startAdded: asked['start-added-torrents'],
    maxPeers: maxPeers === undefined ? undefined : Math.min(100_000, Math.max(1, maxPeers)),
    downLimit: wishedSpeed(
      asked['speed-limit-down'],
      asked['speed-limit-down-enabled'],
      settings.downLimit,
    ),
    upLimit: wishedSpeed(
      asked['speed-limit-up'],
      asked['speed-limit-up-enabled'],
      settings.upLimit,
    ),
    ...queueWishes(asked, settings),
    ...goalWishes(asked, settings),
  };
  return Object.fromEntries(
    Object.entries(wishes).filter(([, value]) => value !== undefined),
  ) as SettingsChange;
}

function queueWishes(asked: SetArguments, settings: Settings) {
  return {
    maxActiveDownloads: wishedLimit(
      { limit: asked['download-queue-size'], limited: asked['download-queue-enabled'] },
      settings.maxActiveDownloads,
      shownDownloads,
    ),
    maxActiveSeeds: wishedLimit(
      { limit: asked['seed-queue-size'], limited: asked['seed-queue-enabled'] },
      settings.maxActiveSeeds,
      shownSeeds,
    ),
  };
}

function goalWishes(asked: SetArguments, settings: Settings) {
  const minutes = asked['idle-seeding-limit'];
  return {
    seedRatio: wishedLimit(
      { limit: asked.seedRatioLimit, limited: asked.seedRatioLimited },
      settings.seedRatio,
      shownRatio,
    ),
    seedTimeSeconds: wishedLimit(
      {
        limit: minutes === undefined ? undefined : Math.round(minutes * 60),
        limited: asked['idle-seeding-limit-enabled'],
      },
      settings.seedTimeSeconds,
      shownIdleMinutes * 60,
    ),
  };
}
