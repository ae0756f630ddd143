/**
 * The daemon put together: its folder, the client, the session and the API.
 * Invariant: everything opened here is closed by `close`, whatever fails in between; the lock of the
 * folder is taken first and given back last.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { defaultDaemonPort } from '../api/contract/torrents.ts';
import { qbittorrentRoutes } from '../api/qbittorrent/qbittorrent-routes.ts';
import { listenDaemonServer } from '../api/routes/daemon-server.ts';
import { DaemonAccess } from '../api/service/daemon-access.ts';
import type { DaemonPorts } from '../api/service/daemon-ports.ts';
import { LoginSessions } from '../api/service/login-sessions.ts';
import { transmissionRoutes } from '../api/transmission/transmission-routes.ts';
import { parseIp } from '../base/ip-address.ts';
import { isLoopback } from '../base/ip-network.ts';
import type { LogEntry } from '../engine/ports.ts';
import { ListenError } from '../node/tcp-listener.ts';
import { Client } from './client/client.ts';
import { ClientError } from './client/client-error.ts';
import { ResumeFiles } from './client/resume-files.ts';
import { SaveFolders } from './content/save-folders.ts';
import { defaultDaemonFolder, openDaemonFolder, readOrMakeToken } from './daemon-folder.ts';
import { ownPageFolder } from './page-folder.ts';
import { SessionStore } from './session/session-store.ts';
import { DaemonSurroundings, withHome } from './surroundings/daemon-surroundings.ts';
import {
  type DaemonConfiguration,
  requirePossible,
  type WatchConfiguration,
} from './surroundings/live-configuration.ts';
import { DaemonSettings } from './torrents/daemon-settings.ts';
import { TorrentService } from './torrents/torrent-service.ts';

export interface DaemonOptions {
  /** Of the API; 127.0.0.1 unless told. Another than loopback takes a `tokenFile`. */
  readonly host?: string;
  /** Of the API; 0 for any. */
  readonly port?: number;
  /** Of the peers; absent or 0 for any. */
  readonly peerPort?: number;
  /** Of the peers when it is free and `peerPort` says nothing. */
  readonly wishedPeerPort?: number;
  /** Address for peers; absent is every interface. */
  readonly peerHost?: string;
  /** Where downloads go unless told; the working directory unless told. */
  readonly dir?: string;
  /** Further folders that torrents may be saved to. */
  readonly allowDirs?: readonly string[];
  readonly dataDir?: string;
  /** Instead of the one in the data folder. */
  readonly tokenFile?: string;
  /** Names, besides IP addresses and localhost, under which the API is asked. */
  readonly hostNames?: readonly string[];
  /** Of a page that is served in place of the daemon's own. */
  readonly webRoot?: string;
  /** What flags, environment and file of settings say. */
  readonly configuration?: DaemonConfiguration;
  readonly watchConfiguration?: WatchConfiguration;
  /** For the catalog of the home tracker. */
  readonly trackerToken?: string;
  /**
   * Announce URLs of the tracker that what is shared is announced to, when the settings name none: the
   * first is its home tracker, and all of them go into what is shared.
   */
  readonly homeTrackers?: readonly string[];
  /** A client of Transmission's RPC asks the daemon to end. */
  readonly onExitAsked?: () => void;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface Daemon {
  readonly url: string;
  /** With the token, which logs a browser in. */
  readonly pageUrl: string;
  readonly dataDir: string;
  readonly tokenPath: string;
  readonly dir: string;
  readonly peerPort: number;
  /** Announces `stopped` everywhere, at most some seconds; saves. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with DaemonFolderInUseError, ListenError or ClientError; then nothing is left open. */
export async function openDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const { host = '127.0.0.1', port = defaultDaemonPort } = options;
  const { configuration = { settings: {}, atStart: {} }, homeTrackers = [] } = options;
  requireSafeHost(host, options.tokenFile);
  requirePossible(configuration);
  const dataDir = resolve(options.dataDir ?? defaultDaemonFolder(port));
  const closers: (() => void | Promise<void>)[] = [];
  const close = once(async () => {
    const failures: unknown[] = [];
    for (const one of closers.reverse()) {
      try {
        await one();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
  try {
    const folder = openDaemonFolder(dataDir);
    closers.push(() => folder.release());
    const tokenPath = options.tokenFile ?? folder.tokenPath;
    const token = await readOrMakeToken(tokenPath);
    const store = new SessionStore(folder.sessionPath);
    closers.push(() => store.close());
    const folders = new SaveFolders(options.dir ?? '.', options.allowDirs ?? []);
    const settings = new DaemonSettings({
      store,
      folders,
      configured: withHome(configuration.settings, homeTrackers),
      fixed: {
        allowDirs: [...(options.allowDirs ?? [])],
        watchDir: configuration.watchDir ?? null,
        onComplete: (configuration.onComplete?.length ?? 0) > 0,
        peerPort: 0,
      },
    });
    const { maxPeers } = settings.get();
    const { client, resume } = await openClient(options, {
      dir: folders.dir,
      stateDir: folder.resumePath,
      maxPeers,
    });
    closers.push(() => client.close());
    settings.applyFixed({ peerPort: client.port });
    settings.onChange((now, changed) => {
      if (changed.has('maxPeers')) client.setMaxPeers(now.maxPeers);
    });
    const service = new TorrentService({
      client,
      store,
      resume,
      folders,
      settings,
      dataDir,
      onTrouble: (message) => options.log?.('warn', message),
    });
    closers.push(() => service.close());
    const surroundings = new DaemonSurroundings({
      torrents: service,
      settings,
      folders,
      dataDir,
      configuration,
      watchConfiguration: options.watchConfiguration,
      homeTrackers,
      trackerToken: options.trackerToken,
      log: (level, message) => options.log?.(level, message),
    });
    closers.push(() => surroundings.close());
    const { shares, homeTracker } = surroundings;
    const ports: DaemonPorts = {
      torrents: service,
      settings,
      folders: surroundings.folders,
      shares,
      homeTracker,
      labels: service.labels,
    };
    const access = new DaemonAccess({
      tokens: [token],
      hostNames: options.hostNames ?? [],
      sessions: new LoginSessions({ nowMs: () => performance.now(), newId: newSessionId }),
      nowMs: () => performance.now(),
    });
    const onFailure = (error: Error, target: string): void =>
      options.log?.('error', `${target}: ${error.stack ?? error}`);
    const shutDown = (): void => options.onExitAsked?.();
    const dialects = [
      transmissionRoutes({ ports, access, onFailure, shutDown }),
      qbittorrentRoutes({ ports, access, nowMs: () => Date.now(), onFailure }),
    ];
    const server = await listenDaemonServer({
      host,
      port,
      ports,
      access,
      dialects,
      webRoot: pageOf(options.webRoot),
      onFailure,
    });
    closers.push(() => server.close());
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
    await folder.tell(url, tokenPath);
    const pageUrl = `${url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')}/#token=${token}`;
    return { url, pageUrl, dataDir, tokenPath, dir: folders.dir, peerPort: client.port, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function openClient(
  { peerPort, wishedPeerPort, peerHost, log }: DaemonOptions,
  place: { readonly dir: string; readonly stateDir: string; readonly maxPeers: number },
): Promise<{ client: Client; resume: ResumeFiles }> {
  const onEntry = ({ level, message }: LogEntry): void => {
    if (level === 'warn') log?.('warn', message);
  };
  const open = (port: number): Promise<Client> =>
    Client.open({
      ...place,
      log: onEntry,
      port,
      ...(peerHost !== undefined && { host: peerHost }),
    });
  const client = await open(peerPort ?? wishedPeerPort ?? 0).catch((error: unknown) => {
    const isTaken = error instanceof ListenError && error.code === 'EADDRINUSE';
    if (!isTaken || peerPort !== undefined || wishedPeerPort === undefined) throw error;
    return open(0);
  });
  return { client, resume: new ResumeFiles(place.stateDir, onEntry) };
}

function newSessionId(): string {
  return randomBytes(32).toString('hex');
}

/** What is reached from elsewhere gets its secret from a person, not from a file made in passing. */
function requireSafeHost(host: string, tokenFile: string | undefined): void {
  const ip = parseIp(host);
  const isLocal = host === 'localhost' || (ip !== undefined && isLoopback(ip));
  if (isLocal || tokenFile !== undefined) return;
  throw new ClientError(
    'CONFIG_TOKEN_FILE',
    `with --host ${host} others can reach the daemon. Write a token of at least 16 characters to a file, and name it with --token-file.`,
  );
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

function pageOf(webRoot: string | undefined): { dir: string; isForeign: boolean } {
  return webRoot === undefined
    ? { dir: ownPageFolder, isForeign: false }
    : { dir: resolve(webRoot), isForeign: true };
}
