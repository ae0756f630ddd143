/**
 * Reads one answer of a tracker over HTTP (RFC 9112, BEP 3) from its bytes as they arrive, keeping none
 * of them: status, length, how the body begins, and how many peers it lists where that came in one piece.
 */

export type HttpExpectation = 'announce' | 'scrape';

const lineFeed = 10;
const lengthName = bytesOf('content-length:');
const closeName = bytesOf('connection: close');
const bodyStarts = {
  announce: bytesOf('d8:complete'),
  scrape: bytesOf('d5:files'),
} as const;
const peersKey = bytesOf('5:peers');
const maxHeadBytes = 4096;

export class HttpAnswer {
  #expected: HttpExpectation = 'announce';
  #isHead = true;
  #headBytes = 0;
  /** Of the current line of the head. */
  #lineBytes = 0;
  /** How many characters of each header's name the line has matched; −1 when it is not that header. */
  #lengthMatch = 0;
  #closeMatch = 0;
  #status = 0;
  #bodyBytes = -1;
  #bodySeen = 0;
  #isWrong = false;
  #peers = 0;
  #closes = false;

  /** For the next answer. */
  expect(what: HttpExpectation): void {
    this.#expected = what;
    this.#isHead = true;
    this.#headBytes = 0;
    this.#startLine();
    this.#status = 0;
    this.#bodyBytes = -1;
    this.#bodySeen = 0;
    this.#isWrong = false;
    this.#peers = 0;
    this.#closes = false;
  }

  /** True once the answer is complete, or can become no right one. */
  take(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (this.#isHead && at < end) this.#takeHead(bytes[at++]!);
    if (this.#isHead) {
      if (this.#headBytes <= maxHeadBytes) return false;
      this.#isWrong = true;
    }
    if (this.#isWrong || this.#status !== 200 || this.#bodyBytes < 0) {
      this.#isWrong = true;
      return true;
    }
    this.#takeBody(bytes, at, end);
    return this.#bodySeen >= this.#bodyBytes;
  }

  get isRight(): boolean {
    return !this.#isWrong && this.#status === 200 && this.#bodySeen === this.#bodyBytes;
  }

  /** Of an announce; 0 when the body came in several pieces. */
  get peers(): number {
    return this.#peers;
  }

  /** The tracker said that it closes the connection. */
  get closes(): boolean {
    return this.#closes;
  }

  get lengthBytes(): number {
    return this.#headBytes + this.#bodySeen;
  }

  describe(): string {
    return `status ${this.#status}, a body of ${this.#bodySeen} bytes where ${this.#bodyBytes} were told`;
  }

  #startLine(): void {
    this.#lineBytes = 0;
    this.#lengthMatch = 0;
    this.#closeMatch = 0;
  }

  #takeHead(byte: number): void {
    const place = this.#headBytes++;
    // "HTTP/1.1 200": the digits are the bytes 9 to 11.
    if (place >= 9 && place <= 11) this.#status = this.#status * 10 + byte - 0x30;
    if (byte === lineFeed) {
      if (this.#lengthMatch === lengthName.length && this.#bodyBytes < 0) this.#isWrong = true;
      if (this.#closeMatch === closeName.length) this.#closes = true;
      // An empty line holds its carriage return alone.
      if (this.#lineBytes <= 1) this.#isHead = false;
      this.#startLine();
      return;
    }
    this.#lineBytes++;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    this.#lengthMatch = this.#matchLength(lower);
    if (this.#closeMatch >= 0 && this.#closeMatch < closeName.length) {
      this.#closeMatch = lower === closeName[this.#closeMatch] ? this.#closeMatch + 1 : -1;
    }
  }

  #matchLength(byte: number): number {
    const matched = this.#lengthMatch;
    if (matched < 0) return -1;
    if (matched < lengthName.length) return byte === lengthName[matched] ? matched + 1 : -1;
    if (byte >= 0x30 && byte <= 0x39) {
      this.#bodyBytes = Math.max(0, this.#bodyBytes) * 10 + byte - 0x30;
    }
    return matched;
  }

  #takeBody(bytes: Uint8Array, start: number, end: number): void {
    const wanted = bodyStarts[this.#expected];
    for (let at = start; at < end && this.#bodySeen + at - start < wanted.length; at++) {
      if (bytes[at] !== wanted[this.#bodySeen + at - start]) this.#isWrong = true;
    }
    const isWhole = this.#bodySeen === 0 && end - start === this.#bodyBytes;
    this.#bodySeen += end - start;
    if (isWhole && this.#expected === 'announce') this.#countPeers(bytes, start, end);
  }

  #countPeers(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at + peersKey.length < end; at++) {
      if (bytes[at] !== 0x35 || !matches(bytes, at, peersKey)) continue;
      let length = 0;
      for (let i = at + peersKey.length; bytes[i] !== 0x3a && i < end; i++) {
        length = length * 10 + bytes[i]! - 0x30;
      }
      this.#peers = length / 6;
      if (!Number.isInteger(this.#peers)) this.#isWrong = true;
      return;
    }
    this.#isWrong = true;
  }
}

function matches(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
