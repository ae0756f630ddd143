/** Runs a load as a process on a core of its own, and takes only figures of right answers. */
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../../test/interop/programs/child-program.ts';
import { coreChoice } from './core-choice.ts';
import type { LoadFigures } from './load-tally.ts';
import type { RunningTracker } from './tracker-targets.ts';

/** A load that has not told its figures by then is ended. */
const maxLoadMs = 600_000;
/** Of all answers. */
const maxWrong = 0.001;

export interface LoadResult {
  /** How it talks with the system. */
  readonly exchange: string;
  readonly notes: readonly string[];
  readonly fill?: LoadFigures;
  readonly mix?: LoadFigures;
}

/** Rejects when the load fails, or when more than one answer of a thousand is wrong. */
export async function runLoad(
  kind: 'udp' | 'http',
  tracker: Pick<RunningTracker, 'udpPort' | 'httpPort'> & { readonly pid?: number },
  trackerCores: number,
  options: readonly string[],
): Promise<LoadResult> {
  const script = fileURLToPath(new URL(`./${kind}.ts`, import.meta.url));
  const port = kind === 'udp' ? tracker.udpPort : tracker.httpPort;
  const pid = tracker.pid === undefined ? [] : ['--pid', `${tracker.pid}`];
  const words = [process.execPath, script, '--port', `${port}`, ...pid, ...options];
  const [first = '', ...rest] = [...coreChoice.load(trackerCores), ...words];
  const load = new ChildProgram(`${kind} load`, first, rest);
  try {
    const [line] = await load.line(/^\{"exchange".*\}$/, maxLoadMs);
    const result = JSON.parse(line) as LoadResult;
    for (const figures of [result.fill, result.mix]) refuseWrong(figures);
    return result;
  } finally {
    await load.stop();
  }
}

function refuseWrong(figures: LoadFigures | undefined): void {
  if (figures === undefined) return;
  const { wrong, connects, announces, scrapes } = figures;
  const right = connects + announces + scrapes;
  if (right > 0 && wrong <= maxWrong * right) return;
  throw new Error(
    `${wrong} wrong answers beside ${right} right ones: ${figures.complaints.join('; ')}`,
  );
}
