/** Where a load may be aimed: at this machine, by a numeric loopback address, and nowhere else. */
import { isIPv4 } from 'node:net';

export interface LoopbackTarget {
  readonly host: string;
  readonly port: number;
}

/** Throws for any address but 127.0.0.0/8, names included, since they may lead elsewhere. */
export function loopbackTarget(host: string, port: number): LoopbackTarget {
  if (!isIPv4(host) || !host.startsWith('127.')) {
    throw new RangeError(
      `a load is only ever aimed at this machine, by an address such as 127.0.0.1, not at ${host}`,
    );
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError('the port of the tracker is a number from 1 to 65535');
  }
  return { host, port };
}
