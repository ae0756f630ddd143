/**
 * `node bench/api-clients.ts`: what many programs that watch a daemon cost its transfers. One daemon seeds a
 * file to another over loopback, in turns with nobody watching and with `--clients` of them.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DaemonClient } from '../src/api/client/daemon-client.ts';
import { GiB, MiB, median, number, parseSize } from './figures.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { eventNamed } from './peers/bench-program.ts';
import { createTorrent, startShoal } from './peers/shoal.ts';
import { contentName, Workspace } from './workspace.ts';

const help = `Usage: node bench/api-clients.ts [options]

  --clients N   that watch: half by events, half by polling the list; default 100
  --torrents N  that the watched daemon has besides, stopped; default 1000
  --size SIZE   of the file; default 1GiB
  --runs N      of each kind, in turns; default 3
  --json        print one JSON object`;

const startMs = 30_000;
const longestTransferMs = 600_000;

interface RunningDaemon {
  readonly process: MeasuredProcess;
  readonly client: DaemonClient;
  readonly url: string;
  readonly token: string;
  readonly peerPort: number;
}

interface Setting {
  readonly clients: number;
  readonly torrents: number;
  readonly sizeBytes: number;
  readonly runs: number;
  note(text: string): void;
}

async function startDaemon(workspace: Workspace, name: string, dir: string) {
  const data = workspace.folder(`${name}-data`);
  const place = ['--port', '0', '--peer-host', '127.0.0.1', '--dir', dir, '--data', data];
  const process = startShoal(workspace, ['daemon', ...place]);
  const { value } = await process.seen('it listens', eventNamed('listening'), startMs);
  const url = String(value.url);
  const token = (await readFile(join(data, 'token'), 'utf8')).trim();
  const client = new DaemonClient(url, { token });
  return { process, client, url, token, peerPort: Number(value.peerPort) };
}

async function measure(setting: Setting) {
  const workspace = new Workspace();
  try {
    setting.note('making the content');
    const origin = await workspace.randomContent(setting.sizeBytes);
    const torrentFile = join(workspace.folder('torrent'), 'content.torrent');
    const timeoutMs = longestTransferMs;
    await createTorrent({ workspace, torrentFile, timeoutMs }, join(origin, contentName), MiB);
    const torrent = await readFile(torrentFile);
    const seeder = await startDaemon(workspace, 'seeder', origin);
    const getter = await startDaemon(workspace, 'getter', workspace.folder('copy'));
    await seeder.client.addFile(torrent);
    await untilSeeding(seeder.client);
    await addOthers(getter.client, setting.torrents);
    const alone: number[] = [];
    const watched: number[] = [];
    for (let run = 1; run <= setting.runs; run++) {
      alone.push(await transfer(seeder, getter, torrent));
      const watchers = await watch(workspace, getter, setting.clients);
      watched.push(await transfer(seeder, getter, torrent));
      await watchers.stop();
      setting.note(
        `run ${run}: ${number(alone.at(-1))} s alone, ${number(watched.at(-1))} s watched`,
      );
    }
    return { alone, watched };
  } finally {
    await workspace.close();
  }
}

async function addOthers(client: DaemonClient, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    await client.add({ source: i.toString(16).padStart(40, '0'), paused: true });
  }
}

async function watch(workspace: Workspace, { url, token }: RunningDaemon, count: number) {
  const script = new URL('./load/api-listeners.ts', import.meta.url).pathname;
  const args = [script, url, token, String(count)];
  const watchers = workspace.start('watchers', process.execPath, args);
  await watchers.seen('all watch', eventNamed('ready'), startMs);
  return watchers;
}

/** Seconds, from the moment when the getter knows the seeder; then all of it is gone again. */
async function transfer(
  seeder: RunningDaemon,
  { client }: RunningDaemon,
  torrent: Uint8Array,
): Promise<number> {
  const { hash } = await client.addFile(torrent);
  const begunAtMs = Date.now();
  await client.addPeers(hash, [`127.0.0.1:${seeder.peerPort}`]);
  const endMs = begunAtMs + longestTransferMs;
  for (;;) {
    const { completedAt } = await client.torrent(hash);
    if (completedAt !== undefined) {
      await client.remove(hash, { data: true });
      return (Date.parse(completedAt) - begunAtMs) / 1000;
    }
    if (Date.now() > endMs) throw new Error('the transfer took too long');
    await sleep(100);
  }
}

async function untilSeeding(client: DaemonClient): Promise<void> {
  for (;;) {
    const [torrent] = await client.torrents();
    if (torrent?.state === 'seeding') return;
    if (torrent?.state === 'error') throw new Error(torrent.error?.message);
    await sleep(100);
  }
}

function count(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(`--${name} is a whole number up to ${most}`);
}

try {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '100' },
      torrents: { type: 'string', default: '1000' },
      size: { type: 'string', default: '1GiB' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
  } else {
    const sizeBytes = parseSize(values.size);
    if (sizeBytes === undefined) throw new RangeError('--size is a size such as 512MiB');
    const { alone, watched } = await measure({
      clients: count('clients', values.clients, 180),
      torrents: count('torrents', values.torrents, 100_000),
      runs: count('runs', values.runs, 100),
      sizeBytes,
      note: (text) => process.stderr.write(`${text}\n`),
    });
    const [aloneRate, watchedRate] = [alone, watched].map((all) => sizeBytes / median(all));
    const lossPercent = (1 - watchedRate! / aloneRate!) * 100;
    const figures = { sizeBytes, alone, watched, aloneRate, watchedRate, lossPercent };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(figures)}\n`
        : `alone ${number(aloneRate! / GiB)} GiB/s, watched ${number(watchedRate! / GiB)} GiB/s: ${lossPercent.toFixed(1)} % lost\n`,
    );
  }
} catch (error) {
  process.stderr.write(`api-clients: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof RangeError ? 2 : 1;
}
