/**
 * What has arrived on a connection and cannot be answered yet: the beginning of a request, or requests
 * behind one whose answer is outstanding.
 * Invariant: it keeps no more than about four times the memory of the bytes in it.
 */
const smallBytes = 256;

export class UnreadBytes {
  bytes: Buffer = nothing;
  start = 0;
  end = 0;
  /** Whether nobody else holds `bytes`, so that what arrives can be written behind `end`. */
  #isOwn = false;

  get length(): number {
    return this.end - this.start;
  }

  /** Of what may be `bytes` itself, what lies from `start` to `end`. */
  keep(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length === 0) {
      this.clear();
    } else if (bytes.length > smallBytes && bytes.length > 4 * length) {
      this.clear();
      this.append(bytes.subarray(start, end));
    } else {
      this.#isOwn &&= bytes === this.bytes;
      this.bytes = bytes;
      this.start = start;
      this.end = end;
    }
  }

  append(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (!this.#isOwn || this.end + chunk.length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(smallBytes, 2 * length));
      this.bytes.copy(larger, 0, this.start, this.end);
      this.end = this.length;
      this.start = 0;
      this.bytes = larger;
      this.#isOwn = true;
    }
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
  }

  clear(): void {
    this.bytes = nothing;
    this.start = 0;
    this.end = 0;
    this.#isOwn = false;
  }
}

const nothing = Buffer.alloc(0);
