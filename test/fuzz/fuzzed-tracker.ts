/**
 * A real tracker as a process of its own, for fuzzing over sockets: argv[2] is JSON of its options. It
 * prints its ports, answers each line of input with what memory it holds, and ends with its input, so
 * that it never outlives whoever fuzzes it.
 */
import { createInterface } from 'node:readline';
import { Tracker, type TrackerOptions } from '../../src/tracker-server/tracker.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as TrackerOptions;
const tracker = await Tracker.listen({ host: '127.0.0.1', port: 0, ...options });
const { httpPort, udpPort } = tracker;
process.stdout.write(`${JSON.stringify({ httpPort, udpPort, backend: tracker.udpBackend })}\n`);

createInterface({ input: process.stdin })
  .on('line', () => {
    // Buffers that the first finds unused are counted off by the second.
    globalThis.gc?.();
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.stdout.write(`${JSON.stringify({ rss, used: heapUsed + external })}\n`);
  })
  .once('close', () => process.exit(0));
