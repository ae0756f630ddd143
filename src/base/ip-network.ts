/**
 * Which network an address belongs to, by the registries of special-purpose addresses (RFC 6890 and
 * its updates). An address is 4 or 16 bytes, as parseIp returns it; an IPv4-mapped IPv6 address
 * counts as the IPv4 address inside.
 */
import { parseIp, unmapIpv4 } from './ip-address.ts';

interface Network {
  readonly address: Uint8Array;
  readonly prefixBits: number;
}

const loopback = networks('127.0.0.0/8', '::1/128');
const linkLocal = networks('169.254.0.0/16', 'fe80::/10');
const privateUse = networks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7');
const multicast = networks('224.0.0.0/4', 'ff00::/8');
/** Neither of the above nor reachable from the internet. */
const otherSpecial = networks(
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:2::/48',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
);

const nat64 = networks('64:ff9b::/96');
const sixToFour = networks('2002::/16');

/** 127.0.0.0/8, ::1. */
export function isLoopback(address: Uint8Array): boolean {
  return isIn(loopback, address);
}

/** 169.254.0.0/16, fe80::/10: one cable; cloud machines find their metadata service here. */
export function isLinkLocal(address: Uint8Array): boolean {
  return isIn(linkLocal, address);
}

/** 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918), fc00::/7 (RFC 4193). */
export function isPrivate(address: Uint8Array): boolean {
  return isIn(privateUse, address);
}

export function isMulticast(address: Uint8Array): boolean {
  return isIn(multicast, address);
}

/**
 * Whether a host on the internet can have this address. False also for what is no address. The
 * NAT64 and 6to4 prefixes count as the IPv4 address they carry, so that nothing hides in them.
 */
export function isGlobal(address: Uint8Array): boolean {
  const plain = embeddedIpv4(address);
  if (plain.length !== 4 && plain.length !== 16) return false;
  return ![loopback, linkLocal, privateUse, multicast, otherSpecial].some((list) =>
    isIn(list, plain),
  );
}

/** Whether two addresses of one family agree in their first `prefixBits` bits. */
export function sameNetwork(a: Uint8Array, b: Uint8Array, prefixBits: number): boolean {
  const left = unmapIpv4(a);
  const right = unmapIpv4(b);
  if (left.length !== right.length || prefixBits > left.length * 8) return false;
  const wholeBytes = prefixBits >> 3;
  for (let i = 0; i < wholeBytes; i++) if (left[i] !== right[i]) return false;
  const restMask = (0xff00 >> (prefixBits & 7)) & 0xff;
  return restMask === 0 || ((left[wholeBytes]! ^ right[wholeBytes]!) & restMask) === 0;
}

function isIn(list: readonly Network[], address: Uint8Array): boolean {
  return list.some((network) => sameNetwork(network.address, address, network.prefixBits));
}

/** The IPv4 address that a mapped, NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address stands for. */
function embeddedIpv4(address: Uint8Array): Uint8Array {
  const plain = unmapIpv4(address);
  if (isIn(nat64, plain)) return plain.subarray(12);
  return isIn(sixToFour, plain) ? plain.subarray(2, 6) : plain;
}

function networks(...texts: string[]): Network[] {
  return texts.map((text) => {
    const [address, bits] = text.split('/');
    return { address: parseIp(address!)!, prefixBits: Number(bits) };
  });
}
