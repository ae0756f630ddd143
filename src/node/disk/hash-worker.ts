/**
 * The disk worker's thread: receives batches of operations, carries them out one after another, and
 * answers in batches, early enough that memory flows back while a long batch is still worked on.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import {
  diskOp,
  type OpAnswer,
  opStride,
  type ResultMessage,
  runBytes,
  type WorkerSettings,
  type WorkMessage,
} from './disk-ops.ts';
import { FilePool } from './file-pool.ts';
import { StorageWorker } from './storage-worker.ts';

/** Answers go out when this much was hashed and written since the last. */
const answerBytes = 512 * 1024;

const port = parentPort;
assert(port !== null, 'the disk worker runs in a worker thread');
const settings: WorkerSettings = workerData;
const pool = new FilePool(settings.maxOpenFiles);
const run = new Uint8Array(runBytes);
const regions = new Map<number, SharedArrayBuffer>();
const storages = new Map<number, StorageWorker>();

port.on('message', (message: WorkMessage) => {
  for (const region of message.regions) regions.set(region.id, region.memory);
  for (const id of message.forgottenRegions) regions.delete(id);
  for (const spec of message.specs) storages.set(spec.id, new StorageWorker(spec, pool, run));
  const { ops } = message;
  const payloads = new Map(message.payloads);
  let statuses: number[] = [];
  let answers: [number, OpAnswer][] = [];
  let sinceAnswerBytes = 0;
  for (let at = 0; at < ops.length; at += opStride) {
    const op = ops[at]!;
    const storage = storages.get(ops[at + 1]!);
    assert(storage !== undefined, 'a storage is announced before its operations');
    const piece = ops[at + 2]!;
    const memory = regions.get(ops[at + 3]!);
    const slab = memory && new Uint8Array(memory, ops[at + 4]!, storage.pieceBytes(piece));
    const result = storage.perform(op, piece, slab, ops[at + 5]!, payloads.get(at / opStride));
    if (op === diskOp.close) storages.delete(ops[at + 1]!);
    if (result.answer !== undefined) answers.push([statuses.length, result.answer]);
    statuses.push(result.status);
    sinceAnswerBytes += slab?.length ?? 0;
    if (sinceAnswerBytes < answerBytes && at + opStride < ops.length) continue;
    const results: ResultMessage = { statuses, answers };
    port.postMessage(results);
    statuses = [];
    answers = [];
    sinceAnswerBytes = 0;
  }
});
