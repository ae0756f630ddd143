/** Memory does not grow with the content: one run over a file ten times as large, which is sparse at its source. */
import { statfs } from 'node:fs/promises';
import { MiB, size } from './figures.ts';
import { transferOnce } from './one-transfer.ts';
import { shoal } from './peers/shoal.ts';
import type { BenchOptions, Report } from './report.ts';
import { peakBars } from './transfer.ts';
import { summarize, summaryCells, summaryColumns } from './transfer-series.ts';
import { openTask } from './transfer-task.ts';
import { Workspace } from './workspace.ts';

const growth = 10;
/** The copy is not sparse, and a disk should not be filled to the brim. */
const neededShare = 1.5;

export async function benchSparse(options: BenchOptions): Promise<Report> {
  const sizeBytes = options.sizeBytes * growth;
  const base = {
    name: 'sparse',
    title: 'Memory for a large file',
    conditions: `Shoal on both ends, one run, a sparse file of ${size(sizeBytes)} at its source and the whole of it on disk at its target, pieces of 1 MiB. The disk, not Shoal, sets the speed here.`,
  } as const;
  const workspace = new Workspace(options.dir);
  try {
    const { bavail, bsize } = await statfs(workspace.dir);
    const [free, needed] = [bavail * bsize, sizeBytes * neededShare];
    if (free < needed) {
      const reason = `needs ${size(needed)} of free disk and finds ${size(free)}; --dir names another place`;
      return { ...base, tables: [], bars: [], skipped: [reason], figures: null };
    }
    options.note(`sparse: hashing ${size(sizeBytes)}`);
    const origin = await workspace.sparseContent(sizeBytes);
    const task = await openTask(workspace, origin, sizeBytes, MiB);
    options.note(`sparse: moving ${size(sizeBytes)}`);
    const figures = await transferOnce(shoal, task);
    const summary = summarize([figures], sizeBytes);
    if (summary === undefined) throw new Error('no run to report');
    const rows = [['shoal', ...summaryCells(summary)]];
    return {
      ...base,
      tables: [{ columns: ['program', ...summaryColumns], rows }],
      bars: peakBars(summary),
      skipped: [],
      figures: { sizeBytes, run: figures },
    };
  } finally {
    await workspace.close();
  }
}
