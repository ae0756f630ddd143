/**
 * Server-sent events out of the bytes of their stream (HTML standard, section 9.2.6). Invariant: what is
 * kept is one event that is not whole yet, of at most `maxBytes`.
 */
import { FetchFailure } from './bounded-fetch.ts';

export interface StreamedEvent {
  readonly event: string;
  readonly data: string;
  /** Of this event, or of the last before it that had one. */
  readonly id: string;
}

export class EventStreamParser {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #keptLength = 0;
  #event = '';
  #data: string[] = [];
  #id = '';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The events that are whole with these bytes. Throws FetchFailure when one is too large. */
  push(bytes: Uint8Array): StreamedEvent[] {
    const found: StreamedEvent[] = [];
    const pieces = this.#decoder.decode(bytes, { stream: true }).split('\n');
    pieces[0] = this.#rest + pieces[0]!;
    this.#rest = pieces.pop()!;
    for (const piece of pieces) {
      const event = this.#onLine(piece.endsWith('\r') ? piece.slice(0, -1) : piece);
      if (event !== undefined) found.push(event);
    }
    if (this.#rest.length + this.#keptLength > this.#maxBytes) {
      throw new FetchFailure('too-large', `it sent an event of more than ${this.#maxBytes} bytes`);
    }
    return found;
  }

  #onLine(line: string): StreamedEvent | undefined {
    if (line === '') return this.#take();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#event = value;
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#keptLength += value.length + 1;
    }
    return undefined;
  }

  #take(): StreamedEvent | undefined {
    const event = this.#event || 'message';
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    this.#keptLength = 0;
    return data.length === 0 ? undefined : { event, data: data.join('\n'), id: this.#id };
  }
}
