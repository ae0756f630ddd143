/** The URLs under which other machines reach a tracker: what goes into torrents. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { parseIp } from '../base/ip-address.ts';
import { isLinkLocal } from '../base/ip-network.ts';

/** As `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Bridges of containers and virtual machines, and tunnels: few others can reach those. */
const virtualName =
  /^(br-|cni|docker|lxc|lxd|podman|tailscale|tun|tap|utun|vbox|veth|virbr|vmnet|wg|zt)/;

/**
 * HTTP and UDP for each address: those of the local networks first, real networks before virtual ones
 * and IPv4 before IPv6, this machine's own last. `host` is the numeric address listened on, undefined
 * for all of them.
 */
export function announceUrls(
  host: string | undefined,
  httpPort: number,
  udpPort: number,
  interfaces: Interfaces = networkInterfaces(),
): readonly string[] {
  const isAny = host === undefined || host === '0.0.0.0' || host === '::';
  const hosts = isAny ? [...lanAddresses(interfaces, host === '0.0.0.0'), '127.0.0.1'] : [host];
  return hosts.flatMap((address) => {
    const inUrl = address.includes(':') ? `[${address}]` : address;
    return [`http://${inUrl}:${httpPort}/announce`, `udp://${inUrl}:${udpPort}/announce`];
  });
}

function lanAddresses(interfaces: Interfaces, onlyIpv4: boolean): string[] {
  const found: { address: string; rank: number }[] = [];
  for (const [name, addresses] of Object.entries(interfaces)) {
    for (const { address, family, internal } of addresses ?? []) {
      const bytes = parseIp(address);
      if (internal || bytes === undefined || isLinkLocal(bytes)) continue;
      if (onlyIpv4 && family === 'IPv6') continue;
      found.push({ address, rank: (virtualName.test(name) ? 2 : 0) + (family === 'IPv6' ? 1 : 0) });
    }
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
}
