/**
 * A peer's address and port as words, the way pools hold them. Its kind is which pool of a swarm it
 * belongs in: its address alone decides that.
 */
import { readUint32 } from '../../base/bytes.ts';

/** Bit 0: IPv6. Bit 1: of a private network, loopback or one cable. */
export const kinds = 4;
export const kindIsIpv6 = 1;
export const kindIsPrivate = 2;

/** Used again for each request; `words` are the address, then the port. */
export class PeerKey {
  readonly words = new Int32Array(5);
  kind = 0;
  /** Of `words` in use: 2 or 5. */
  length = 2;
  port = 0;

  /** `address` has 4 or 16 bytes. */
  load(address: Uint8Array, port: number): void {
    const words = this.words;
    this.port = port;
    const first = readUint32(address, 0) | 0;
    words[0] = first;
    if (address.length === 4) {
      words[1] = port;
      this.length = 2;
      this.kind = isPrivateIpv4(first) ? kindIsPrivate : 0;
      return;
    }
    for (let i = 1; i < 4; i++) words[i] = readUint32(address, 4 * i);
    words[4] = port;
    this.length = 5;
    this.kind = isPrivateIpv6(words) ? kindIsPrivate | kindIsIpv6 : kindIsIpv6;
  }

  /** As `load`, from a hot record of a pool. */
  loadRecord(words: Int32Array, hot: number, isIpv6: boolean): void {
    const last = isIpv6 ? 4 : 1;
    for (let i = 0; i < last; i++) this.words[i] = words[hot + i]!;
    this.port = words[hot + last]! >>> 16;
    this.words[last] = this.port;
    this.length = last + 1;
    if (isIpv6) this.kind = isPrivateIpv6(this.words) ? kindIsPrivate | kindIsIpv6 : kindIsIpv6;
    else this.kind = isPrivateIpv4(this.words[0]!) ? kindIsPrivate : 0;
  }
}

/** 10/8, 127/8, 172.16/12, 192.168/16, 169.254/16. */
function isPrivateIpv4(address: number): boolean {
  const first = address >>> 24;
  if (first === 10 || first === 127) return true;
  const two = address >>> 16;
  return two === 0xc0a8 || two === 0xa9fe || address >>> 20 === 0xac1;
}

/** fc00::/7, fe80::/10, ::1. */
function isPrivateIpv6(words: Int32Array): boolean {
  const first = words[0]!;
  if (first >>> 25 === 0x7e || first >>> 22 === 0x3fa) return true;
  return first === 0 && words[1] === 0 && words[2] === 0 && words[3] === 1;
}
