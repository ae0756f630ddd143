/**
 * The fingerprint of a run: every event that crosses the network, the disks and the tracker is mixed
 * into it, so that two runs with equal traces did the same things at the same times.
 * Invariant: the hash depends on the values noted and on their order, on nothing else.
 */

export class Trace {
  #low = 0x811c_9dc5;
  #high = 0x9e37_79b9;
  #noted = 0;

  get notedCount(): number {
    return this.#noted;
  }

  /** 16 hex digits. */
  get hash(): string {
    return toHex32(this.#high) + toHex32(this.#low);
  }

  note(atMs: number, a: number, b: number, c: number): void {
    this.#noted++;
    // Microseconds: moments are fractions of a millisecond.
    this.#mix(Math.round(atMs * 1000) | 0);
    this.#mix(a);
    this.#mix(b);
    this.#mix(c);
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x0100_0193);
    this.#high = Math.imul(this.#high ^ (value + (this.#low >>> 15)), 0x85eb_ca6b);
    this.#high ^= this.#high >>> 13;
  }
}

function toHex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
