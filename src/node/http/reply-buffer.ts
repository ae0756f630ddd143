/**
 * Where answers are put together before they leave: one for all connections of a thread, filled and
 * sent within one turn, so that requests which came together are answered in one write.
 * Invariant: bytes handed to a socket are not written to again until the system has taken them; when
 * it does not take them at once, the socket keeps them and the next answers get new memory.
 */
import type { Socket } from 'node:net';
import { setBodyLength } from '../../protocol/http-response-head.ts';

/** As much goes out in one write; the buffer has room for one more answer. */
const fullBytes = 32 * 1024;
const usualBytes = fullBytes + 8 * 1024;

export class ReplyBuffer {
  /** Answers fill it from 0 to `length`. */
  bytes: Buffer = Buffer.allocUnsafeSlow(usualBytes);
  length = 0;

  get isFull(): boolean {
    return this.length >= fullBytes;
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Copies the head, with `more` bytes of room behind it; returns where the body begins. */
  startReply(head: Uint8Array, more: number): number {
    this.reserve(head.length + more);
    this.bytes.set(head, this.length);
    return this.length + head.length;
  }

  /** The body is in place from `bodyStart` to `bodyEnd`; an answer to HEAD tells its length only. */
  finishReply(bodyStart: number, bodyEnd: number, omitsBody: boolean): void {
    setBodyLength(this.bytes, bodyStart, bodyEnd - bodyStart);
    this.length = omitsBody ? bodyStart : bodyEnd;
  }

  addReply(head: Uint8Array, body: Uint8Array, omitsBody: boolean): void {
    const bodyStart = this.startReply(head, body.length);
    this.bytes.set(body, bodyStart);
    this.finishReply(bodyStart, bodyStart + body.length, omitsBody);
  }

  /** Sends what there is; false when the system did not take all of it. */
  flushTo(socket: Socket): boolean {
    const { bytes, length } = this;
    if (length === 0) return true;
    this.length = 0;
    if (!socket.writable) return true;
    socket.write(bytes.subarray(0, length));
    const isTaken = socket.writableLength === 0;
    if (!isTaken || bytes.length > usualBytes) this.bytes = Buffer.allocUnsafeSlow(usualBytes);
    return isTaken;
  }
}

/** One answer in memory of its own. */
export function replyBytes(head: Uint8Array, body: Uint8Array, omitsBody: boolean): Buffer {
  const bytes = Buffer.allocUnsafeSlow(head.length + (omitsBody ? 0 : body.length));
  bytes.set(head);
  setBodyLength(bytes, head.length, body.length);
  if (!omitsBody) bytes.set(body, head.length);
  return bytes;
}
