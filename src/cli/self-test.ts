/**
 * A transfer from this machine to itself: a tracker, a seeder and a leecher on loopback, with ports of
 * their own and a folder that is gone afterwards. What it proves needs no network and no state.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../daemon/client/client.ts';
import type { MachineCheck } from '../daemon/machine/diagnose-machine.ts';
import { createTorrent } from '../daemon/torrent-files/create-torrent.ts';
import { Tracker } from '../tracker-server/tracker.ts';
import { CliError, presentError } from './cli-error.ts';
import { formatBytes, formatDuration } from './format.ts';

const lengthBytes = 4 * 2 ** 20;
const longestMs = 20_000;

/** Rejects only when `signal` aborts. */
export async function selfTest(signal: AbortSignal): Promise<MachineCheck> {
  const closers: (() => Promise<void>)[] = [];
  const check = 'selfTest';
  try {
    const seconds = await transfer(
      closers,
      AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    );
    const message = `self-test: ${formatBytes(lengthBytes)} shared and got over loopback in ${formatDuration(seconds)}`;
    return { check, ok: true, message, facts: { lengthBytes, seconds } };
  } catch (error) {
    signal.throwIfAborted();
    return {
      check,
      ok: false,
      message: `self-test: a transfer over loopback failed: ${causeOf(error)}`,
      wayOut:
        'The temporary folder (TMPDIR) has to take 8 MiB, and no firewall may block 127.0.0.1; see to other trouble first.',
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Seconds of the transfer. */
async function transfer(closers: (() => Promise<void>)[], signal: AbortSignal): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-doctor-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const content = randomBytes(lengthBytes);
  const shared = join(folder, 'self-test');
  const into = join(folder, 'got');
  await writeFile(shared, content);
  await mkdir(into);
  const host = '127.0.0.1';
  const tracker = await Tracker.listen({ host, port: 0, catalog: 'none' });
  closers.push(() => tracker.close());
  const trackers = [tracker.announceUrls];
  const { bytes } = await createTorrent(shared, { trackers, private: true, signal });
  const seeder = await Client.open({ host });
  closers.push(() => seeder.close());
  await seeder.add(bytes, { dir: folder, seedInPlace: true, alreadyVerified: true });
  const leecher = await Client.open({ host, dir: into });
  closers.push(() => leecher.close());
  const startedAtMs = performance.now();
  const torrent = await leecher.add(bytes);
  await torrent.completed(signal);
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (!content.equals(await readFile(join(into, 'self-test')))) {
    throw new CliError('VERIFY_SELF_TEST', 'what arrived differs from what was sent');
  }
  return Number(seconds.toFixed(3));
}

function causeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `it was not over within ${longestMs / 1000} s`;
  }
  return presentError(error).message.replace(/\.$/, '');
}
