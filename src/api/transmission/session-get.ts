/** session-get: the daemon's settings in Transmission's names; all, or those that are asked for. */
import { z } from 'zod';
import { alternativeFields } from './alternative-limits.ts';
import { fixedFields } from './fixed-settings.ts';
import { parseArguments } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';
import { minutesOf, shownRatio } from './seed-goals.ts';
import { limitFields } from './speed-limits.ts';

/** Of the Transmission that this is as good as. Clients read features off it. */
const transmissionVersion = '4.0.6';
const rpcVersion = 17;
const rpcVersionMinimum = 14;
const rpcVersionSemver = '5.3.0';

/** Shown where there is no limit. */
export const shownDownloads = 5;
export const shownSeeds = 10;

const getArguments = z.object({
  fields: z
    .array(z.string(), { error: 'is a list of the names of fields' })
    .max(1000, 'has more than 1000 names')
    .optional(),
});

export function sessionGet(context: RpcContext, args: object): object {
  const { fields } = parseArguments(getArguments, args);
  const all = allFields(context);
  if (fields === undefined || fields.length === 0) return all;
  return Object.fromEntries(
    fields.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]),
  );
}

function allFields({ ports, sessionId }: RpcContext): Record<string, unknown> {
  const settings = ports.settings.get();
  const session = ports.torrents.session();
  const { maxActiveDownloads, maxActiveSeeds, seedRatio, seedTimeSeconds } = settings;
  const down = limitFields(settings.downLimit);
  const up = limitFields(settings.upLimit);
  return {
    ...fixedFields,
    ...alternativeFields(settings.alternative),
    'blocklist-size': 0,
    'config-dir': session.dataDir,
    'download-dir': settings.dir,
    'download-dir-free-space': session.freeBytes ?? -1,
    'download-queue-enabled': maxActiveDownloads !== null,
    'download-queue-size': maxActiveDownloads ?? shownDownloads,
    encryption: 'tolerated',
    'idle-seeding-limit': minutesOf(seedTimeSeconds),
    'idle-seeding-limit-enabled': seedTimeSeconds !== null,
    'peer-limit-global': settings.maxPeers,
    'peer-port': session.peerPort,
    'rpc-version': rpcVersion,
    'rpc-version-minimum': rpcVersionMinimum,
    'rpc-version-semver': rpcVersionSemver,
    'seed-queue-enabled': maxActiveSeeds !== null,
    'seed-queue-size': maxActiveSeeds ?? shownSeeds,
    seedRatioLimit: seedRatio ?? shownRatio,
    seedRatioLimited: seedRatio !== null,
    'session-id': sessionId,
    'speed-limit-down': down.limit,
    'speed-limit-down-enabled': down.limited,
    'speed-limit-up': up.limit,
    'speed-limit-up-enabled': up.limited,
    'start-added-torrents': settings.startAdded,
    units,
    version: `${transmissionVersion} (shoal-${session.version})`,
  };
}

const units = {
  'speed-units': ['kB/s', 'MB/s', 'GB/s', 'TB/s'],
  'speed-bytes': 1000,
  'size-units': ['kB', 'MB', 'GB', 'TB'],
  'size-bytes': 1000,
  'memory-units': ['KiB', 'MiB', 'GiB', 'TiB'],
  'memory-bytes': 1024,
};
