/**
 * Under which address a client is listed. Believing more than the connection shows would let anyone
 * announce somebody else's address and send a whole swarm there, so a claim counts only within one
 * private network, and a proxy's word only when the operator trusts that proxy.
 */
import { parseIp, unmapIpv4 } from '../base/ip-address.ts';
import { isLinkLocal, isLoopback, isPrivate, sameNetwork } from '../base/ip-network.ts';

/** A network in CIDR form, or one address. */
export interface TrustedNetwork {
  readonly address: Uint8Array;
  readonly prefixBits: number;
}

/** `10.0.0.0/8`, `fd00::/8`, `192.0.2.7`; undefined when malformed. */
export function parseTrustedNetwork(text: string): TrustedNetwork | undefined {
  const [host, bits, ...rest] = text.split('/');
  const address = parseIp(host!);
  if (address === undefined || rest.length > 0) return undefined;
  const longest = address.length * 8;
  if (bits === undefined) return { address, prefixBits: longest };
  if (!/^[0-9]{1,3}$/.test(bits) || Number(bits) > longest) return undefined;
  return { address, prefixBits: Number(bits) };
}

/**
 * The right-most address of X-Forwarded-For that no trusted proxy vouches for from further left;
 * `direct` itself when it is no trusted proxy. All addresses are 4 or 16 bytes.
 */
export function forwardedAddress(
  direct: Uint8Array,
  forwardedFor: string | undefined,
  proxies: readonly TrustedNetwork[],
): Uint8Array {
  let address = direct;
  if (forwardedFor === undefined || proxies.length === 0) return address;
  const hops = forwardedFor.slice(-1000).split(',');
  while (hops.length > 0 && isTrusted(address, proxies)) {
    const hop = parseHop(hops.pop()!.trim());
    if (hop === undefined) break;
    address = hop;
  }
  return address;
}

/**
 * `source` is where the request comes from, `local` where it arrived (undefined when the socket does
 * not tell), `claimed` what the client says of itself. A claim counts when all of them are of a
 * private network; the first such one is taken.
 */
export function listedAddress(
  source: Uint8Array,
  local: Uint8Array | undefined,
  claimed: readonly string[],
): Uint8Array {
  if (claimed.length === 0 || !isNear(source)) return source;
  if (local !== undefined && !isNear(local)) return source;
  for (const text of claimed) {
    const address = parseIp(text);
    if (address === undefined) continue;
    const plain = unmapIpv4(address);
    if (isPrivate(plain) || (isLinkLocal(plain) && plain.length === 4)) return plain;
  }
  return source;
}

/** Whether one of the claimed addresses is of the family that `listed` is not. */
export function claimsOtherFamily(listed: Uint8Array, claimed: readonly string[]): boolean {
  return claimed.some((text) => {
    const address = parseIp(text);
    return address !== undefined && unmapIpv4(address).length !== listed.length;
  });
}

function isNear(address: Uint8Array): boolean {
  return isPrivate(address) || isLoopback(address) || isLinkLocal(address);
}

function isTrusted(address: Uint8Array, proxies: readonly TrustedNetwork[]): boolean {
  return proxies.some((proxy) => sameNetwork(proxy.address, address, proxy.prefixBits));
}

/** Some proxies add the port: `192.0.2.7:51234`, `[2001:db8::1]:51234`. */
function parseHop(text: string): Uint8Array | undefined {
  const bracketed = /^\[([^\]]+)\](?::[0-9]+)?$/.exec(text)?.[1];
  const withPort = /^([0-9.]+):[0-9]+$/.exec(text)?.[1];
  const address = parseIp(bracketed ?? withPort ?? text);
  return address === undefined ? undefined : unmapIpv4(address);
}
