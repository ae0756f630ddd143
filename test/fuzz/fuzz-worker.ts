/** One thread that fuzzes the targets it is told, one after the other, and says how far it is. */
import { parentPort, workerData } from 'node:worker_threads';
import { runCampaign } from './campaign.ts';
import { runLiveCampaign } from './live-campaign.ts';
import { liveTargets } from './live-targets.ts';
import { targets } from './targets.ts';

/** What a worker is started with. */
export interface FuzzWork {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** One 32-bit number: inputs begun. */
  readonly begun: SharedArrayBuffer;
}

/** What it says at the end; nothing when it is ended from outside. */
export type FuzzVerdict = { readonly slowestMs: number } | { readonly failure: string };

const { target: name, seed, first, count, begun } = workerData as FuzzWork;
const counter = new Int32Array(begun);
const onInput = (index: number) => Atomics.store(counter, 0, index - first + 1);

const options = { seed, first, count, onInput };
const live = liveTargets.find((each) => each.name === name);
const campaign =
  live === undefined
    ? runCampaign(targets.find((each) => each.name === name)!, options)
    : runLiveCampaign(live, options);
const verdict = await campaign.then(
  ({ slowestMs }): FuzzVerdict => ({ slowestMs }),
  (error: unknown): FuzzVerdict => ({
    failure: error instanceof Error ? error.message : String(error),
  }),
);
parentPort?.postMessage(verdict);
