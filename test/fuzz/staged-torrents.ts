/** Torrents of the daemon that is fuzzed: their content, small and always the same, and what state it leads to. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SeededRandom } from '../../src/base/random.ts';
import {
  type CreateTorrentOptions,
  createTorrent,
} from '../../src/daemon/torrent-files/create-torrent.ts';

type Files = Readonly<Record<string, number>>;

interface Plan {
  readonly name: string;
  readonly files: Files;
  readonly version?: '1' | '2' | 'hybrid';
  readonly private?: boolean;
  /** On the disk: all of it, the first half of each file, or nothing. */
  readonly here: 'all' | 'half' | 'none';
  readonly paused?: boolean;
}

export interface StagedTorrent extends Plan {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly content: ReadonlyMap<string, Uint8Array>;
}

const plans: readonly Plan[] = [
  { name: 'alpha', files: { 'a.bin': 40_000, 'deep/größe.txt': 10, 'z.mp4': 16_384 }, here: 'all' },
  { name: 'beta.bin', files: { '': 100_000 }, version: 'hybrid', here: 'all', private: true },
  { name: 'gamma', files: { 'x/1': 70_000, 'x/2': 0, y: 5 }, version: '2', here: 'none' },
  { name: 'delta.iso', files: { '': 131_072 }, here: 'half' },
  { name: 'epsilon', files: { one: 20_000, two: 1 }, here: 'all', paused: true },
  // What lies there under its name is a file, or somebody's link to elsewhere.
  { name: 'barrier', files: { wall: 300, empty: 0 }, here: 'none' },
  { name: 'link', files: { 'sentinel.txt': 100, empty: 0 }, here: 'none' },
];

export async function makeStagedTorrents(): Promise<readonly StagedTorrent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-staged-'));
  try {
    return await Promise.all(plans.map((plan) => stage(plan, folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stage(plan: Plan, folder: string): Promise<StagedTorrent> {
  const random = new SeededRandom(plan.name.length);
  const content = new Map<string, Uint8Array>();
  for (const [name, length] of Object.entries(plan.files)) {
    content.set(
      name,
      Uint8Array.from({ length }, () => random.below(256)),
    );
  }
  await writeContent(content, join(folder, plan.name), 1);
  const options: CreateTorrentOptions = {
    pieceLength: 16_384,
    // A tracker that says nothing is waited for whenever a torrent stops: one that refuses is quicker.
    trackers: [['http://127.0.0.1:9/announce'], ['http://127.0.0.1:8/announce']],
    comment: 'made for a test',
    version: plan.version ?? '1',
    ...(plan.private === true && { private: true }),
  };
  const { bytes, metainfo } = await createTorrent(join(folder, plan.name), options);
  return { ...plan, bytes, hash: metainfo.infoHash, content };
}

/** Below `dir`, as far as the plan wants it. */
export async function putContent({ here, content, name }: StagedTorrent, dir: string) {
  if (here !== 'none') await writeContent(content, join(dir, name), here === 'all' ? 1 : 0.5);
}

async function writeContent(
  content: ReadonlyMap<string, Uint8Array>,
  top: string,
  share: number,
): Promise<void> {
  for (const [name, bytes] of content) {
    const path = name === '' ? top : join(top, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  }
}
