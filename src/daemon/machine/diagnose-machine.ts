/**
 * Looks at this machine the way a person does who wonders why sharing does not work: what the system
 * grants, where state goes, which ports are taken, how others get here. Changes nothing.
 */
import { checkNode, checkOpenFiles, checkUdpBuffer } from './check-limits.ts';
import { checkAddresses, checkIpv6, checkLocalTracker, machineAddresses } from './check-network.ts';
import { checkBatchedUdp, checkPackages } from './check-packages.ts';
import { checkPort } from './check-ports.ts';
import { checkStateFolder } from './check-state-folder.ts';
import { checkTracker } from './check-tracker.ts';
import type { MachineCheck } from './machine-check.ts';

export type { MachineCheck };

export interface MachineQuestions {
  readonly peerPort: number;
  readonly trackerPort: number;
  /** Default: the platform's state folder. */
  readonly stateFolder?: string;
  /** Announce URLs of trackers anywhere that are to be asked. */
  readonly trackers?: readonly string[];
  readonly signal: AbortSignal;
}

/** Each as soon as it is known. Rejects only when `signal` aborts. */
export async function* diagnoseMachine(
  questions: MachineQuestions,
): AsyncGenerator<MachineCheck, void> {
  const { peerPort, trackerPort, stateFolder, signal } = questions;
  yield checkNode();
  yield checkOpenFiles();
  yield await checkStateFolder(stateFolder);
  signal.throwIfAborted();
  const addresses = machineAddresses();
  yield checkAddresses(addresses);
  yield checkIpv6(addresses);
  for (const transport of ['tcp', 'udp'] as const) {
    yield await checkPort({
      check: `peerPort.${transport}`,
      transport,
      port: peerPort,
      user: 'peers',
      wayOut: 'choose another with --port of seed and get.',
      trackerRuns: false,
    });
  }
  const tracker = await checkLocalTracker(trackerPort, signal);
  for (const transport of ['tcp', 'udp'] as const) {
    yield await checkPort({
      check: `trackerPort.${transport}`,
      transport,
      port: trackerPort,
      user: 'a tracker',
      wayOut: 'choose another with --port of shoal tracker.',
      trackerRuns: tracker.facts?.running === true,
    });
  }
  yield tracker;
  for (const url of questions.trackers ?? []) yield await checkTracker(url, signal);
  const udpBuffer = checkUdpBuffer();
  if (udpBuffer !== undefined) yield udpBuffer;
  yield await checkBatchedUdp();
  yield* checkPackages();
}
