/** What the runs of a transfer share: the content's torrents, with and without a tracker in them. */
import { join } from 'node:path';
import { MiB } from './figures.ts';
import type { TransferTask } from './one-transfer.ts';
import { createTorrent } from './peers/shoal.ts';
import { TrackerPlace } from './peers/tracker.ts';
import { ContentCheck } from './same-content.ts';
import { contentName, type Workspace } from './workspace.ts';

/** A run slower than this is a run that hangs. */
const slowestBytesPerSecond = 15 * MiB;
const leastMs = 60_000;

export function timeoutFor(sizeBytes: number): number {
  return leastMs + (sizeBytes / slowestBytesPerSecond) * 1000;
}

export async function openTask(
  workspace: Workspace,
  origin: string,
  sizeBytes: number,
  pieceLength: number,
): Promise<TransferTask> {
  const trackers = await TrackerPlace.find();
  const [trackedFile, plainFile] = ['tracked', 'plain'].map((name) =>
    join(workspace.dir, `${name}-${pieceLength}.torrent`),
  ) as [string, string];
  const timeoutMs = timeoutFor(sizeBytes);
  const content = join(origin, contentName);
  const { announceUrl } = trackers;
  await createTorrent({ workspace, torrentFile: plainFile, timeoutMs }, content, pieceLength);
  await createTorrent(
    { workspace, torrentFile: trackedFile, timeoutMs },
    content,
    pieceLength,
    announceUrl,
  );
  const check = new ContentCheck(origin);
  return { workspace, trackers, trackedFile, plainFile, origin, check, timeoutMs };
}
