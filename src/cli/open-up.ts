/**
 * Tracker and daemon in one process, the daemon at home with that tracker. Invariant: when opening
 * fails nothing is left open; the daemon closes first, so that the tracker hears its farewells.
 */
import { resolve } from 'node:path';
import type { Daemon, DaemonOptions } from '../daemon/daemon.ts';
import type { Tracker, TrackerOptions } from '../tracker-server/tracker.ts';

export interface UpOptions {
  /** Without `dataDir`, which `dataDir` below makes. */
  readonly daemon: DaemonOptions;
  readonly tracker: TrackerOptions;
  /** Holds both states, in `daemon` and `tracker`; each where it is by itself unless told. */
  readonly dataDir?: string | undefined;
  /** What a user calls the ports. */
  readonly flags: { readonly api: string; readonly tracker: string; readonly peers: string };
}

export interface Up {
  readonly tracker: Tracker;
  readonly daemon: Daemon;
  /** Announce URLs of HTTP that other machines can use; the first is the daemon's home. */
  readonly homeTrackers: readonly string[];
  /** Says goodbye to the swarms, saves, and gives everything back. Idempotent. */
  close(): Promise<void>;
}

/** The port that clients have listened on since the first; a free one when it is taken. */
const usualPeerPort = 6881;

/** Rejects with ListenError, or what tracker and daemon reject with. */
export async function openUp({ daemon, tracker, dataDir, flags }: UpOptions): Promise<Up> {
  const { openDaemon } = await import('../daemon/daemon.ts');
  const { Tracker } = await import('../tracker-server/tracker.ts');
  const { defaultPort } = await import('../tracker-server/tracker-options.ts');
  const { explainDaemonPort, explainTakenPort } = await import('../daemon/machine/taken-port.ts');
  const trackerPort = tracker.port ?? defaultPort;
  const running = await Tracker.listen({
    ...tracker,
    ...(await trackerState(tracker, dataDir)),
  }).catch((error: unknown) => {
    throw explainTakenPort(error, {
      port: trackerPort,
      user: 'the tracker',
      flag: flags.tracker,
    });
  });
  const homeTrackers = reachableUrls(running.announceUrls);
  const held = await openDaemon({
    wishedPeerPort: usualPeerPort,
    homeTrackers,
    ...daemon,
    ...(dataDir !== undefined && { dataDir: resolve(dataDir, 'daemon') }),
  }).catch(async (error: unknown) => {
    await running.close();
    throw explainDaemonPort(error, daemon, flags);
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= held.close().finally(() => running.close());
    return closing;
  };
  return { tracker: running, daemon: held, homeTrackers, close };
}

/** A tracker on any free port is not one to come back to: it keeps nothing unless told where. */
async function trackerState(
  { port }: TrackerOptions,
  dataDir: string | undefined,
): Promise<Pick<TrackerOptions, 'dataDir' | 'catalog'>> {
  if (dataDir !== undefined) return { dataDir: resolve(dataDir, 'tracker') };
  if (port === 0) return { catalog: 'memory' };
  const { defaultTrackerFolder } = await import('../tracker-server/data-folder.ts');
  const { defaultPort } = await import('../tracker-server/tracker-options.ts');
  return { dataDir: defaultTrackerFolder(port ?? defaultPort) };
}

/** Announce URLs of a tracker that runs on its usual port of this machine. */
export async function homeTrackersHere(): Promise<readonly string[]> {
  const { announceUrls } = await import('../tracker-server/announce-urls.ts');
  const { defaultPort } = await import('../tracker-server/tracker-options.ts');
  return reachableUrls(announceUrls(undefined, defaultPort, defaultPort));
}

/**
 * Of the tracker's URLs those of HTTP and IPv4: on private networks; else on public ones; and this
 * machine's own only when there is no other.
 */
export function reachableUrls(announceUrls: readonly string[]): readonly string[] {
  const http = announceUrls.filter((url) => url.startsWith('http://'));
  const hostOf = (url: string): string => new URL(url).hostname;
  const ipv4 = http.filter((url) => /^[\d.]+$/.test(hostOf(url)));
  const others = ipv4.filter((url) => !/^127\./.test(hostOf(url)));
  const near = others.filter((url) =>
    /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(hostOf(url)),
  );
  return [near, others, ipv4, http].find((urls) => urls.length > 0) ?? [];
}
