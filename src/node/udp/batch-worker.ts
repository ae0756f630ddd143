/**
 * A thread of batched UDP: answers datagrams of its socket until it is told to stop. It never returns
 * to the event loop; what it is told is looked for after each batch, and at least every 100 ms.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { ConnectionIds } from '../../tracker/connection-id.ts';
import { UdpResponder } from '../../tracker/udp-responder.ts';
import { BatchLoop } from './batch-loop.ts';
import { BatchMemory, batchMemoryBytes } from './batch-memory.ts';
import { type BatchWorkerData, batchControl, machineMs, type UdpChange } from './batch-messages.ts';
import { loadLibc } from './libc.ts';
import { attachTracker } from './shared-tracker.ts';

/** More in one call gains nothing; fewer cost a call more often. */
const batchSize = 64;

const port = parentPort;
assert(port !== null, 'a worker of batched UDP runs in a worker thread');
const data: BatchWorkerData = workerData;
const control = new Int32Array(data.control);
const libc = await loadLibc();

// This thread's own clock is the fastest to read; the clocks differ by a constant.
const aheadMs = machineMs() - performance.now() - data.clockAheadMs;
const nowMs = (): number => performance.now() + aheadMs;
const isStopped = (): boolean => Atomics.load(control, batchControl.stop) !== 0;
const second = (): number => Math.floor(Date.now() / 1000);

const { logic, access, limit } = attachTracker(data.tracker, data.thread, nowMs);
const connectionIds = new ConnectionIds(data.connectionSecret);
const responder = new UdpResponder({ logic, connectionIds, limit });
const native = libc.allocate(batchMemoryBytes(batchSize));
const memory = new BatchMemory(native, batchSize);
const loop = new BatchLoop(libc, data.fd, memory, batchSize, responder, {
  nowMs,
  second,
  isStopped,
});

port.postMessage('ready');
let seen = 0;
while (!isStopped()) {
  loop.turn();
  if (Atomics.load(control, batchControl.messages) !== seen) seen += takeMessages();
}
native.free();

function takeMessages(): number {
  let taken = 0;
  for (;;) {
    const received = receiveMessageOnPort(port!) as { message: UdpChange } | undefined;
    if (received === undefined) return taken;
    taken++;
    const { message } = received;
    if (message.access !== undefined) access.replace(message.access);
    if (message.connectionSecret !== undefined) {
      connectionIds.replaceSecret(message.connectionSecret);
    }
  }
}
