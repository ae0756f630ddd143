/** The daemon that the menu talks to: one that runs, or one that lives as long as the menu. */
import { homedir } from 'node:os';
import { DaemonClient } from '../../api/client/daemon-client.ts';
import { presentError } from '../cli-error.ts';
import { type DaemonFlags, type FoundClient, findDaemonClient } from '../daemon-command.ts';
import { openUp } from '../open-up.ts';
import { type Asker, LeaveMenu } from './ask.ts';

export interface MenuFlags extends DaemonFlags {
  readonly data?: string;
  readonly dir?: string;
  readonly port?: number;
  readonly trackerPort?: number;
  readonly peerPort?: number;
}

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

async function runHere(
  asker: Asker,
  { data, dir, port, trackerPort, peerPort }: MenuFlags,
): Promise<MenuDaemon> {
  const warn = (message: string): void => asker.trouble(message);
  const work = asker.working('Starting');
  const up = await openUp({
    dataDir: data,
    daemon: {
      // What the one at the keyboard can name may be shared.
      allowDirs: [homedir(), process.cwd()],
      ...(dir !== undefined && { dir }),
      ...(port !== undefined && { port }),
      ...(peerPort !== undefined && { peerPort }),
      log: (_level, message) => warn(message),
    },
    tracker: {
      udpBackend: 'auto',
      ...(trackerPort !== undefined && { port: trackerPort }),
      log: { info: () => {}, warn, error: warn },
    },
    flags: { api: '--port', tracker: '--tracker-port', peers: '--peer-port' },
  }).catch((error: unknown) => {
    work.stop('Not started');
    throw error;
  });
  const { url, dir: downloads, pageUrl } = up.daemon;
  work.stop(`Running. Downloads go to ${downloads}`);
  const token = new URL(pageUrl).hash.replace(/^#token=/, '');
  const client = new DaemonClient(url, { token });
  return { client, token, isLocal: true, close: () => up.close() };
}
