/** The daemon that the menu talks to: one that runs, or one that lives as long as the menu. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DaemonClient } from '../../api/client/daemon-client.ts';
import type { Daemon, DaemonOptions } from '../../daemon/daemon.ts';
import { presentError } from '../cli-error.ts';
import { type DaemonFlags, type FoundClient, findDaemonClient } from '../daemon-command.ts';
import { homeTrackersHere, openUp } from '../open-up.ts';
import { type Asker, LeaveMenu } from './ask.ts';

export interface MenuFlags extends DaemonFlags {
  readonly data?: string;
  readonly dir?: string;
  readonly port?: number;
  readonly trackerPort?: number;
  readonly peerPort?: number;
}

const patienceMs = 1000;

export interface MenuDaemon extends FoundClient {
  /** Ends what was started for the menu. */
  close(): Promise<void>;
}

/** Rejects with LeaveMenu when there is none and none is wanted. */
export async function openMenuDaemon(asker: Asker, flags: MenuFlags): Promise<MenuDaemon> {
  const { data } = flags;
  const where = data === undefined ? flags : { ...flags, daemonData: data };
  const found = await findDaemonClient(where);
  try {
    await found.client.session(asker.signal);
    return { ...found, close: async () => undefined };
  } catch (error) {
    const { code } = presentError(error);
    if (!/^DAEMON_(UNREACHABLE|ABSENT)$/.test(code)) throw error;
    if (flags.daemon !== undefined) throw error;
  }
  const wish = 'No daemon runs here. Run tracker and daemon for as long as this menu is open?';
  if (!(await asker.yes(wish))) throw new LeaveMenu();
  return runHere(asker, flags);
}

interface Opened {
  readonly daemon: Daemon;
  close(): Promise<void>;
}

async function runHere(asker: Asker, flags: MenuFlags): Promise<MenuDaemon> {
  const work = asker.working('Starting');
  const isTrackerThere = flags.trackerPort === undefined && (await answersAsTracker());
  const opening = isTrackerThere ? openBesideTracker(asker, flags) : openAll(asker, flags);
  const { daemon, close } = await opening.catch((error: unknown) => {
    work.stop('Not started');
    throw error;
  });
  const { url, dir, pageUrl } = daemon;
  const home = isTrackerThere ? ', at home with the tracker that runs here' : '';
  work.stop(`Running${home}. Downloads go to ${dir}`);
  const token = new URL(pageUrl).hash.replace(/^#token=/, '');
  return { client: new DaemonClient(url, { token }), token, isLocal: true, close };
}

async function openAll(asker: Asker, flags: MenuFlags): Promise<Opened> {
  const { data, trackerPort } = flags;
  const warn = (message: string): void => asker.trouble(message);
  return openUp({
    dataDir: data,
    daemon: daemonOptionsOf(asker, flags),
    tracker: {
      udpBackend: 'auto',
      ...(trackerPort !== undefined && { port: trackerPort }),
      log: { info: () => {}, warn, error: warn },
    },
    flags: { api: '--port', tracker: '--tracker-port', peers: '--peer-port' },
  });
}

async function openBesideTracker(asker: Asker, flags: MenuFlags): Promise<Opened> {
  const { openDaemon } = await import('../../daemon/daemon.ts');
  const daemon = await openDaemon({
    ...daemonOptionsOf(asker, flags),
    homeTrackers: await homeTrackersHere(),
    ...(flags.data !== undefined && { dataDir: join(flags.data, 'daemon') }),
  });
  return { daemon, close: () => daemon.close() };
}

function daemonOptionsOf(asker: Asker, { dir, port, peerPort }: MenuFlags): DaemonOptions {
  return {
    // What the one at the keyboard can name may be shared.
    allowDirs: [homedir(), process.cwd()],
    ...(dir !== undefined && { dir }),
    ...(port !== undefined && { port }),
    ...(peerPort !== undefined && { peerPort }),
    log: (level, message) => {
      if (level !== 'info') asker.trouble(message);
    },
  };
}

/** Somebody runs a tracker of Shoal on the usual port. */
async function answersAsTracker(): Promise<boolean> {
  const { defaultPort } = await import('../../tracker-server/tracker-options.ts');
  const url = `http://127.0.0.1:${defaultPort}/stats.json`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    await response.body?.cancel();
    return response.ok && /^application\/json/.test(response.headers.get('content-type') ?? '');
  } catch {
    return false;
  }
}
