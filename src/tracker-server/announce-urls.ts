/** The URLs under which other machines reach a tracker: what goes into torrents. */
import { networkInterfaces } from 'node:os';
import { parseIp } from '../base/ip-address.ts';
import { isLinkLocal } from '../base/ip-network.ts';

/**
 * HTTP and UDP for each address: those of the local networks first, IPv4 before IPv6, this machine's
 * own last. `host` is the numeric address listened on, undefined for all of them.
 */
export function announceUrls(
  host: string | undefined,
  httpPort: number,
  udpPort: number,
): readonly string[] {
  const isAny = host === undefined || host === '0.0.0.0' || host === '::';
  const hosts = isAny ? [...lanAddresses(host === '0.0.0.0'), '127.0.0.1'] : [host];
  return hosts.flatMap((address) => {
    const inUrl = address.includes(':') ? `[${address}]` : address;
    return [`http://${inUrl}:${httpPort}/announce`, `udp://${inUrl}:${udpPort}/announce`];
  });
}

function lanAddresses(onlyIpv4: boolean): string[] {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal);
  const ipv4 = outside.filter(({ family }) => family === 'IPv4');
  const ipv6 = outside.filter(({ family, address }) => {
    const bytes = parseIp(address);
    return !onlyIpv4 && family === 'IPv6' && bytes !== undefined && !isLinkLocal(bytes);
  });
  return [...ipv4, ...ipv6].map(({ address }) => address);
}
