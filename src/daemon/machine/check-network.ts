/** How others reach this machine: its addresses, IPv6, and a tracker that runs here. */
import { networkInterfaces } from 'node:os';
import { errorCode, socketCause } from '../../node/socket-cause.ts';
import { fine, type MachineCheck, trouble } from './machine-check.ts';

export interface NetworkAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly internal: boolean;
}

export function machineAddresses(): NetworkAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
}

/** Without those of this machine only, and without link-local ones, which need a zone to be dialled. */
function reachable(addresses: readonly NetworkAddress[]): NetworkAddress[] {
  return addresses.filter(
    ({ address, internal }) => !internal && !/^fe80:|^169\.254\./i.test(address),
  );
}

export function checkAddresses(all: readonly NetworkAddress[]): MachineCheck {
  const addresses = reachable(all).map(({ address }) => address);
  if (addresses.length > 0) {
    return fine('addresses', `others reach this machine at ${addresses.join(', ')}`, { addresses });
  }
  return trouble(
    'addresses',
    'this machine has no address that others could reach: it can share with itself only',
    'Connect it to a network.',
    { addresses },
  );
}

/** No trouble without: most networks do well on IPv4 alone. */
export function checkIpv6(all: readonly NetworkAddress[]): MachineCheck {
  const some = all.some(({ family }) => family === 'IPv6');
  const global = reachable(all).some(({ family }) => family === 'IPv6');
  const message = global
    ? 'IPv6 is available'
    : some
      ? 'IPv6 works on this machine, but it has no address of it in a network: peers come by IPv4'
      : 'this machine has no IPv6: peers come by IPv4';
  return fine('ipv6', message, { available: global });
}

/** A tracker here is optional, but one that is ill is trouble. `running` is told in the facts. */
export async function checkLocalTracker(port: number, signal: AbortSignal): Promise<MachineCheck> {
  const url = `http://127.0.0.1:${port}/health`;
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(3000)]);
    const response = await fetch(url, { redirect: 'manual', signal: deadline });
    return judgeHealth(url, parseHealth(await firstText(response)));
  } catch (error) {
    signal.throwIfAborted();
    const message = `no tracker runs on this machine (${url}: ${causeOf(error)}); shoal tracker starts one`;
    return fine('localTracker', message, { url, running: false });
  }
}

/** Pure. `health` undefined stands for an answer that is none of a tracker of ours. */
export function judgeHealth(url: string, health: TrackerHealth | undefined): MachineCheck {
  const facts = { url, running: health !== undefined };
  if (health === undefined) {
    return fine('localTracker', `what answers at ${url} is no tracker of Shoal`, facts);
  }
  if (health.status === 'ok') {
    return fine('localTracker', `the tracker of this machine is well (${url})`, facts);
  }
  const message = `the tracker of this machine is not well: ${health.problem ?? health.status}`;
  const wayOut = 'It goes on serving; see to the store that it names, and read its log.';
  return trouble('localTracker', message.replace(/\.$/, ''), wayOut, facts);
}

interface TrackerHealth {
  readonly status: string;
  readonly problem?: string;
}

/** Undefined for anything but an object with a status of ours. */
export function parseHealth(text: string): TrackerHealth | undefined {
  let health: unknown;
  try {
    health = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof health !== 'object' || health === null || !('status' in health)) return undefined;
  const { status } = health;
  if (status !== 'ok' && status !== 'degraded') return undefined;
  const problem = 'problem' in health ? health.problem : undefined;
  return typeof problem === 'string' ? { status, problem } : { status };
}

/** The first chunk holds any health of ours; whatever else comes is left. */
async function firstText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return first?.value === undefined ? '' : new TextDecoder().decode(first.value);
}

function causeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer within 3 s';
  const inner = error instanceof Error ? (error.cause ?? error) : error;
  return errorCode(inner) === 'EUNKNOWN' ? 'no answer' : socketCause(inner);
}
