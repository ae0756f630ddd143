/** Addresses as Node's sockets tell them. */
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';

/** 4 or 16 bytes, without the zone; undefined when the socket does not know any more. */
export function numericAddress(text: string | undefined): Uint8Array | undefined {
  const address = text === undefined ? undefined : parseIp(text.split('%', 1)[0]!);
  return address === undefined ? undefined : unmapIpv4(address);
}
