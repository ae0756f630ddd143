/**
 * Transmission's daemon (C), steered over its RPC. It refuses peers on loopback addresses, so it lives
 * in a network namespace; a tracker for it has to announce itself at the namespace's outside address.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { emptyFile } from '../content.ts';
import { ChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { firstReason, missingCommand } from './installed.ts';
import { missingNamespaces, type NetworkNamespace } from './network-namespace.ts';
import type { Download, GetOptions, Peer, PeerProgram, SeedOptions } from './program.ts';

const startMs = 20_000;
const transferMs = 90_000;
const pollMs = 200;
const statusSeeding = 6;

export const missingTransmission: string | false = firstReason(
  missingCommand('transmission-daemon', 'transmission-daemon'),
  missingNamespaces(),
);

interface TorrentState {
  readonly status: number;
  readonly percentDone: number;
  readonly leftUntilDone: number;
  readonly metadataPercentComplete: number;
  readonly errorString: string;
}

export function transmissionIn(namespace: NetworkNamespace): PeerProgram {
  const isSeeding = (state: TorrentState) => state.status === statusSeeding;
  const isComplete = (state: TorrentState) =>
    state.metadataPercentComplete === 1 && state.percentDone === 1 && state.leftUntilDone === 0;
  return {
    name: 'transmission',
    missing: missingTransmission,
    namespace,
    leavesOut: [emptyFile],
    async seed({ torrentFile, dir, port, upLimit }: SeedOptions): Promise<Peer> {
      const daemon = await startDaemon(namespace, { dir, port, upLimit });
      const id = await daemon.add(torrentFile);
      await daemon.call('torrent-verify', { ids: [id] });
      await daemon.child.until('it to seed', startMs, daemon.untilState(id, isSeeding));
      return daemon.peer;
    },
    async get({ source, dir, upLimit, downLimit }: GetOptions): Promise<Download> {
      const daemon = await startDaemon(namespace, { dir, upLimit, downLimit });
      const id = await daemon.add(source);
      const wanted = daemon.untilState(id, isComplete);
      const done = daemon.child.until('the end of the download', transferMs, wanted);
      done.catch(() => {});
      return { ...daemon.peer, done };
    },
  };
}

interface DaemonOptions {
  readonly dir: string;
  readonly port?: number | undefined;
  readonly upLimit?: number | undefined;
  readonly downLimit?: number | undefined;
}

/** Everything that would look for peers beyond the tracker, or wait for its turn, is off. */
function settingsOf(options: DaemonOptions, ports: { peer: number; rpc: number }): object {
  const { dir, upLimit, downLimit } = options;
  return {
    'dht-enabled': false,
    'download-dir': dir,
    'download-queue-enabled': false,
    'incomplete-dir-enabled': false,
    'lpd-enabled': false,
    'peer-port': ports.peer,
    'port-forwarding-enabled': false,
    'rename-partial-files': false,
    'rpc-authentication-required': false,
    'rpc-bind-address': '0.0.0.0',
    'rpc-host-whitelist-enabled': false,
    'rpc-port': ports.rpc,
    'rpc-whitelist-enabled': false,
    'seed-queue-enabled': false,
    'speed-limit-down': Math.ceil((downLimit ?? 0) / 1000),
    'speed-limit-down-enabled': downLimit !== undefined,
    'speed-limit-up': Math.ceil((upLimit ?? 0) / 1000),
    'speed-limit-up-enabled': upLimit !== undefined,
    'utp-enabled': false,
  };
}

async function startDaemon(namespace: NetworkNamespace, options: DaemonOptions) {
  const config = await mkdtemp(join(tmpdir(), 'shoal-transmission-'));
  const ports = { peer: options.port ?? (await freePort()), rpc: await freePort() };
  await writeFile(join(config, 'settings.json'), JSON.stringify(settingsOf(options, ports)));
  const command = ['--foreground', '--log-info', '--config-dir', config];
  const child = new ChildProgram(
    'transmission',
    ...namespace.within('transmission-daemon', command),
  );
  const remove = () => rm(config, { recursive: true, force: true });
  const call = rpcCaller(`http://${namespace.inside}:${ports.rpc}/transmission/rpc`);
  const stop = async () => {
    await child.stop('SIGTERM');
    await remove();
  };
  const kill = async () => {
    await child.kill();
    await remove();
  };
  try {
    await child.until(
      'its RPC',
      startMs,
      untilReachable(child, () => call('session-get', {})),
    );
  } catch (error) {
    await kill();
    throw error;
  }

  const add = async (source: string): Promise<number> => {
    const isLink = source.startsWith('magnet:');
    const what = isLink
      ? { filename: source }
      : { metainfo: (await readFile(source)).toString('base64') };
    const reply = await call('torrent-add', what);
    const added = reply['torrent-added'] as { id: number } | undefined;
    if (added === undefined) throw new Error(`transmission: ${JSON.stringify(reply)}`);
    return added.id;
  };
  const untilState = async (id: number, isThere: (state: TorrentState) => boolean) => {
    const fields = ['status', 'percentDone', 'leftUntilDone', 'metadataPercentComplete'];
    for (;;) {
      const ask = { ids: [id], fields: [...fields, 'errorString'] };
      const { torrents } = (await call('torrent-get', ask)) as { torrents: TorrentState[] };
      if (torrents[0] && isThere(torrents[0])) return;
      if (child.hasExited) return;
      await delay(pollMs);
    }
  };
  const log = () => child.log();
  const peer: Peer = { name: 'transmission', port: ports.peer, log, stop, kill };
  return { peer, child, call, add, untilState };
}

type RpcReply = Readonly<Record<string, unknown>>;

/** Calls a method of Transmission's RPC; a first refusal hands out the session id that it wants. */
function rpcCaller(url: string): (method: string, args: object) => Promise<RpcReply> {
  let session = '';
  const call = async (method: string, args: object): Promise<RpcReply> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'X-Transmission-Session-Id': session },
      body: JSON.stringify({ method, arguments: args }),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 409) {
      session = response.headers.get('X-Transmission-Session-Id') ?? '';
      await response.arrayBuffer();
      return call(method, args);
    }
    const reply = (await response.json()) as { result: string; arguments: RpcReply };
    if (reply.result !== 'success') throw new Error(`transmission: ${method}: ${reply.result}`);
    return reply.arguments;
  };
  return call;
}

async function untilReachable(child: ChildProgram, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (child.hasExited) throw error;
      await delay(pollMs);
    }
  }
}
