/**
 * Canonical peer priority (BEP 40): a number that both ends of a connection compute alike, so that
 * all clients of a swarm, told to prefer high numbers, keep an evenly mixed graph.
 * Invariant: the priority of (a, b) is that of (b, a).
 */
import { assert } from '../base/assert.ts';
import { compareBytes, concatBytes, writeUint16 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { parseIp, unmapIpv4 } from '../base/ip-address.ts';

/** Leading bytes that are always hashed whole: a /16 of IPv4, a /48 of IPv6. */
const WHOLE_V4_BYTES = 2;
const WHOLE_V6_BYTES = 6;
const MASK = 0x55;

/** Unsigned 32 bits; higher is preferred. An IPv4 end counts as mapped when the other is IPv6. */
export function canonicalPeerPriority(a: Endpoint, b: Endpoint): number {
  let left = addressOf(a);
  let right = addressOf(b);
  if (left.length !== right.length) {
    left = mapped(left);
    right = mapped(right);
  }
  const shared = sharedPrefixBytes(left, right);
  if (shared === left.length) return hashSorted(portBytes(a.port), portBytes(b.port));
  // The first byte that differs is hashed whole as well, so that neighbours get priorities of their own.
  const whole = Math.max(left.length === 4 ? WHOLE_V4_BYTES : WHOLE_V6_BYTES, shared + 1);
  return hashSorted(masked(left, whole), masked(right, whole));
}

function hashSorted(a: Uint8Array, b: Uint8Array): number {
  return crc32c(concatBytes(compareBytes(a, b) <= 0 ? [a, b] : [b, a]));
}

function masked(address: Uint8Array, wholeBytes: number): Uint8Array {
  return address.map((byte, i) => (i < wholeBytes ? byte : byte & MASK));
}

function sharedPrefixBytes(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

function addressOf(endpoint: Endpoint): Uint8Array {
  const address = parseIp(endpoint.host);
  assert(address !== undefined, `${endpoint.host} is not a numeric address`);
  return unmapIpv4(address);
}

function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(address, 12);
  return bytes;
}

function portBytes(port: number): Uint8Array {
  const bytes = new Uint8Array(2);
  writeUint16(bytes, 0, port);
  return bytes;
}
