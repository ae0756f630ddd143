/** One program seeds, another gets: the whole of what most interop tests do. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { MetainfoVersion } from '../../src/protocol/metainfo.ts';
import { hashesOf } from './content.ts';
import type { PeerProgram, Running, TrackerProgram } from './programs/program.ts';
import { shoalTracker } from './programs/shoal.ts';
import { untilAnnounced } from './programs/tracker-answers.ts';
import type { TorrentFactory } from './torrent.ts';
import type { Workspace } from './workspace.ts';

export interface Transfer {
  readonly seeder: PeerProgram;
  readonly getter: PeerProgram;
  /** How both announce. */
  readonly over: 'http' | 'udp';
  /** Default is ours. */
  readonly tracker?: TrackerProgram;
  /** Where it listens; default is where both programs reach it over IPv4. */
  readonly host?: string;
  /** The getter knows only a magnet link. */
  readonly magnet?: boolean;
  /** Default 1. */
  readonly version?: MetainfoVersion;
  readonly maker?: 'shoal' | 'libtorrent';
}

/** A tracker of its own, so that nobody of another transfer is in the swarm. */
export async function runTransfer(
  workspace: Workspace,
  torrents: TorrentFactory,
  transfer: Transfer,
): Promise<void> {
  const { seeder, getter, over, tracker: program = shoalTracker } = transfer;
  const running: Running[] = [];
  const keep = async <T extends Running>(starting: Promise<T>): Promise<T> => {
    const started = await workspace.keep(starting);
    running.push(started);
    return started;
  };
  try {
    const { version, maker } = transfer;
    const { infoHash } = await torrents.make([], version, maker);
    const host = transfer.host ?? trackerHost([seeder, getter]);
    const tracker = await keep(program.track({ infoHashes: [infoHash], host }));
    const torrent = await torrents.make([tracker[over]], version, maker);
    await keep(seeder.seed({ torrentFile: torrent.file, dir: workspace.origin }));
    await untilAnnounced(tracker.http, infoHash, { seeders: 1 });
    const dir = await workspace.target(getter.name);
    const source = transfer.magnet ? torrent.magnet : torrent.file;
    const download = await keep(getter.get({ source, dir }));
    await download.done;
    await assertSameContent(workspace, dir, getter);
    for (const each of running.toReversed()) await each.stop();
  } catch (error) {
    const logs = running.map((each) => `--- ${each.name}\n${each.log()}`).join('\n');
    const failure = error instanceof Error ? error : new Error(String(error));
    if (!failure.message.includes('--- ')) failure.message += `\n${logs}`;
    throw failure;
  } finally {
    for (const each of running.toReversed()) await workspace.end(each);
  }
}

/** Where a tracker listens so that each of the programs finds it, and is found through it. */
export function trackerHost(programs: readonly PeerProgram[]): string {
  const apart = programs.find((program) => program.namespace !== undefined);
  return apart?.namespace?.outside ?? '127.0.0.1';
}

/** Every file has the same SHA-256. Padding files are nobody's content. */
export async function assertSameContent(
  workspace: Workspace,
  dir: string,
  getter: PeerProgram,
): Promise<void> {
  const wanted = await hashesOf(workspace.content);
  const got = await hashesOf(join(dir, workspace.contentName));
  for (const path of Object.keys(got)) if (path.startsWith('.pad')) delete got[path];
  for (const path of getter.leavesOut ?? []) if (got[path] === undefined) delete wanted[path];
  assert.deepEqual(got, wanted, `${getter.name} got other content than was shared`);
}
