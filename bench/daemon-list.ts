/**
 * `node bench/daemon-list.ts`: what many torrents cost the daemon: answering for all of them, for those that
 * changed, starting with them, and adding more.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ResumeFiles } from '../src/daemon/client/resume-files.ts';
import { SaveFolders } from '../src/daemon/content/save-folders.ts';
import { SessionStore } from '../src/daemon/session/session-store.ts';
import { DaemonSettings } from '../src/daemon/torrents/daemon-settings.ts';
import { TorrentService } from '../src/daemon/torrents/torrent-service.ts';
import { livelyClient } from './daemon/lively-client.ts';
import { fillSession, inventedTorrent } from './daemon/many-torrents.ts';
import { median } from './figures.ts';
import { Workspace } from './workspace.ts';

const help = `Usage: node bench/daemon-list.ts [options]

  --torrents N  in the session; default 10000
  --active N    of them, that move all the time; default 20
  --adds N      torrents added over HTTP, 16 at a time; default 1000`;

const rounds = 20;
const addsAtOnce = 16;
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Milliseconds, median and most of some calls with time for changes in between. */
async function timedCalls(call: () => unknown, breakMs: number): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(breakMs);
    const beganMs = performance.now();
    call();
    times.push(performance.now() - beganMs);
  }
  return `${median(times).toFixed(2)} ms, at most ${Math.max(...times).toFixed(2)} ms`;
}

function openService(dataDir: string, active: number): { service: TorrentService; close(): void } {
  const store = new SessionStore(join(dataDir, 'session.sqlite'));
  const folders = new SaveFolders(dataDir, []);
  const fixed = { allowDirs: [], watchDir: null, onComplete: false, peerPort: 0 };
  const settings = new DaemonSettings({
    store,
    folders,
    configured: { maxActiveDownloads: active },
    fixed,
  });
  const service = new TorrentService({
    client: livelyClient,
    store,
    resume: new ResumeFiles(join(dataDir, 'resume'), () => undefined),
    folders,
    settings,
    dataDir,
    onTrouble: (message) => process.stderr.write(`${message}\n`),
  });
  return { service, close: () => store.close() };
}

async function measureService(dataDir: string, active: number): Promise<void> {
  const beganMs = performance.now();
  const { service, close } = openService(dataDir, active);
  say('open the session', `${(performance.now() - beganMs).toFixed(0)} ms`);
  while (service.session().counts.downloading < active) await sleep(50);
  say('list()', await timedCalls(() => service.list(), 250));
  let revision: number | undefined;
  const changed: number[] = [];
  const ask = () => {
    const changes = service.changes(revision);
    revision = changes.revision;
    changed.push(changes.torrents.length);
  };
  ask();
  changed.length = 0;
  say(`changes()`, await timedCalls(ask, 250));
  say('torrents in a delta', `${median(changed)}`);
  await service.close();
  close();
}

async function measureProcess(dataDir: string, adds: number): Promise<void> {
  const beganMs = performance.now();
  const place = [
    '--data',
    dataDir,
    '--dir',
    join(dataDir, 'downloads'),
    '--peer-host',
    '127.0.0.1',
  ];
  const args = [main, 'daemon', '--port', '0', '--json', ...place];
  const daemon = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${url}/api/v1/${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      });
    await (await ask('session')).text();
    say('start until it answers', `${(performance.now() - beganMs).toFixed(0)} ms`);
    const listBeganMs = performance.now();
    const bytes = (await (await ask('torrents')).text()).length;
    const listMs = performance.now() - listBeganMs;
    say('list over HTTP', `${listMs.toFixed(0)} ms, ${(bytes / 1e6).toFixed(1)} MB`);
    await measureAdds(ask, adds);
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'close');
  }
}

async function measureAdds(
  ask: (path: string, init?: RequestInit) => Promise<Response>,
  adds: number,
): Promise<void> {
  const torrents = Array.from({ length: adds }, (_, index) => inventedTorrent(1e6 + index));
  const times: number[] = [];
  const beganMs = performance.now();
  const worker = async () => {
    for (let torrent = torrents.pop(); torrent !== undefined; torrent = torrents.pop()) {
      const askedMs = performance.now();
      const body = Buffer.from(torrent);
      const headers = { 'content-type': 'application/x-bittorrent' };
      const reply = await ask('torrents?paused=true', { method: 'POST', body, headers });
      if (reply.status !== 201) throw new Error(`add: ${reply.status} ${await reply.text()}`);
      await reply.text();
      times.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: addsAtOnce }, worker));
  const seconds = (performance.now() - beganMs) / 1000;
  const each = `${median(times).toFixed(1)} ms each`;
  say(`${adds} adds over HTTP`, `${seconds.toFixed(2)} s, ${each}`);
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(24)}${figure}\n`);
}

const { values } = parseArgs({
  options: {
    torrents: { type: 'string', default: '10000' },
    active: { type: 'string', default: '20' },
    adds: { type: 'string', default: '1000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) process.stdout.write(`${help}\n`);
else {
  const work = new Workspace();
  try {
    const dataDir = work.folder('data');
    fillSession(dataDir, Number(values.torrents), Number(values.active));
    await measureService(dataDir, Number(values.active));
    const second = work.folder('data');
    fillSession(second, Number(values.torrents), Number(values.active));
    await measureProcess(second, Number(values.adds));
  } finally {
    await work.close();
  }
}
