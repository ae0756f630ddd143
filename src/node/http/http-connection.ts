/**
 * One connection of the tracker's HTTP port: finds the requests in what arrives, answers announces and
 * scrapes in their order, and hands the connection on, unread bytes included, when a request is for
 * something else.
 *
 * Invariants: nothing is read while an answer is outstanding or the client does not take what it was
 * sent, so that a connection keeps at most one unfinished head and one chunk; a request that breaks
 * HTTP is the connection's last; at `deadlineMs` the connection is done for, and bytes that
 * complete nothing do not move it.
 */
import type { Socket } from 'node:net';
import { HttpRequestHead } from '../../protocol/http-request-head.ts';
import type { HttpTrackerTarget, TrackerQuestion } from '../../protocol/http-tracker-target.ts';
import { numericAddress } from './numeric-address.ts';
import { type ReplyBuffer, replyBytes } from './reply-buffer.ts';
import { answerHead, type HttpRefusal, refusals } from './reply-heads.ts';
import type { TrackerCall, TrackerResponder } from './tracker-responder.ts';
import { UnreadBytes } from './unread-bytes.ts';

/** What the connections of a thread have in common. */
export interface ConnectionContext {
  readonly responder: TrackerResponder;
  /** Filled and sent within one turn. */
  readonly out: ReplyBuffer;
  readonly target: HttpTrackerTarget;
  /** For heads that arrive at once; another is put in its place when one does not. */
  head: HttpRequestHead;
  readonly timeoutMs: number;
  /** The time, on the watch of connections, when `ms` from now are over. */
  deadlineIn(ms: number): number;
  /** Takes over the socket, on which `unread` has to be read first. */
  handOver(connection: HttpConnection, unread: Buffer): void;
  onClose(connection: HttpConnection): void;
}

/** How long a client may take to read a last answer before its unread bytes reset the connection. */
const lingerMs = 2000;

type State = 'reading' | 'answering' | 'sending' | 'closing';

export class HttpConnection implements TrackerCall {
  readonly socket: Socket;
  deadlineMs: number;
  // What is asked right now, for the responder.
  question: TrackerQuestion = 'announce';
  bytes: Buffer;
  pathStart = 0;
  queryStart = 0;
  queryEnd = 0;
  nowMs = 0;
  source: Uint8Array;
  readonly #context: ConnectionContext;
  readonly #direct: Uint8Array;
  readonly #unread = new UnreadBytes();
  /** Of a request whose head has not arrived whole. */
  #partial: HttpRequestHead | undefined;
  #state: State = 'reading';
  #clientHasEnded = false;
  #local: Uint8Array | undefined;

  /** `direct` is the socket's remote address. */
  constructor(socket: Socket, direct: Uint8Array, context: ConnectionContext) {
    this.socket = socket;
    this.source = direct;
    this.bytes = context.out.bytes;
    this.#direct = direct;
    this.#context = context;
    this.deadlineMs = context.deadlineIn(context.timeoutMs);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
  }

  localAddress(): Uint8Array | undefined {
    this.#local ??= numericAddress(this.socket.localAddress);
    return this.#local;
  }

  /** To be called when `deadlineMs` is over. */
  expire(): void {
    const isLate = this.#state === 'reading' && this.#partial !== undefined;
    if (isLate) this.#refuse(refusals.timeout);
    else if (this.#state === 'reading') this.#close();
    else this.socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'closing') return;
    if (this.#state !== 'reading') {
      this.#unread.append(chunk);
      this.socket.pause();
    } else if (this.#unread.length === 0) this.#readFrom(chunk, 0, chunk.length);
    else {
      this.#unread.append(chunk);
      this.#readUnread();
    }
  };

  readonly #onEnd = (): void => {
    this.#clientHasEnded = true;
    if (this.#state === 'reading') this.socket.end();
  };

  readonly #onClose = (): void => this.#context.onClose(this);

  #readUnread(): void {
    const { bytes, start, end } = this.#unread;
    this.#readFrom(bytes, start, end);
  }

  /** Answers the requests between `start` and `end`; what is left becomes the unread bytes. */
  #readFrom(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && this.#state === 'reading') {
      const head = this.#partial ?? this.#context.head;
      if (this.#partial === undefined) head.reset();
      const found = head.scan(bytes, at, end);
      if (found === 'incomplete') {
        this.#keepPartial(head);
        break;
      }
      this.#partial = undefined;
      if (found !== 'complete') {
        this.#refuse(found === 'too-long' ? refusals.tooLong : refusals.malformed);
        return;
      }
      if (!this.#answer(head, bytes, at)) {
        this.#handOver(bytes, at, end);
        return;
      }
      at += head.length;
      if (this.#context.out.isFull) this.#flush();
    }
    if (this.#isClosing) return;
    this.#unread.keep(bytes, at, end);
    this.#flush();
    if (this.#partial === undefined) this.#extendDeadline();
  }

  /** The scanner remembers how far it came, so it is this connection's now. */
  #keepPartial(head: HttpRequestHead): void {
    if (this.#partial !== undefined) return;
    this.#partial = head;
    this.#context.head = new HttpRequestHead();
    this.#extendDeadline();
  }

  get #isClosing(): boolean {
    return this.#state === 'closing';
  }

  /** False for what is no question to a tracker. */
  #answer(head: HttpRequestHead, bytes: Buffer, at: number): boolean {
    const { target, out, responder } = this.#context;
    const targetEnd = at + head.targetEnd;
    const question = target.read(bytes, at + head.targetStart, targetEnd);
    if (question === undefined || head.wantsUpgrade) return false;
    const isHead = head.method === 'HEAD';
    const refusal = refusalOf(head);
    if (refusal !== undefined) {
      this.#refuse(refusal, isHead);
      return true;
    }
    this.source = this.#sourceOf(head, bytes, at);
    this.nowMs = responder.nowMs();
    if (!responder.admits(this.source, this.nowMs)) {
      this.#refuse(refusals.limited, isHead);
      return true;
    }
    this.question = question;
    this.bytes = bytes;
    this.pathStart = target.pathStart;
    this.queryStart = target.queryStart;
    this.queryEnd = targetEnd;
    const replyHead = answerHead(head);
    const closes = !head.keepsAlive;
    if (!responder.answerNow(this, out, replyHead, isHead)) {
      this.#answerByCallback(replyHead, isHead, closes);
    } else if (closes) this.#finish();
    return true;
  }

  #answerByCallback(replyHead: Uint8Array, isHead: boolean, closes: boolean): void {
    const { out, responder } = this.#context;
    let returned = false;
    this.#state = 'answering';
    responder.answer(this, (body) => {
      if (this.#state !== 'answering') return;
      this.#state = 'reading';
      if (!returned) {
        out.addReply(replyHead, body, isHead);
        if (closes) this.#finish();
        return;
      }
      // The buffer of all connections may be in use by the one whose turn this is.
      this.socket.write(replyBytes(replyHead, body, isHead));
      this.#waitUntilTaken();
      if (closes) this.#finish();
      else process.nextTick(this.#goOn);
    });
    returned = true;
  }

  /** After a pause: with what had arrived by then. */
  readonly #goOn = (): void => {
    if (this.#state !== 'reading') return;
    this.socket.resume();
    this.#extendDeadline();
    if (this.#unread.length > 0) this.#readUnread();
    if (this.#clientHasEnded && this.#state === 'reading') this.socket.end();
  };

  #flush(): void {
    if (!this.#context.out.flushTo(this.socket)) this.#waitUntilTaken();
  }

  /** Nothing more is read until the system has taken what is sent. */
  #waitUntilTaken(): void {
    if (this.socket.writableLength === 0 || this.#state !== 'reading') return;
    this.#state = 'sending';
    this.socket.pause();
    this.#extendDeadline();
    this.socket.write(noBytes, () => {
      if (this.#state !== 'sending') return;
      this.#state = 'reading';
      this.#goOn();
    });
  }

  #refuse(refusal: HttpRefusal, omitsBody = false): void {
    if (refusal !== refusals.limited) this.#context.responder.countInvalid();
    this.#context.out.addReply(refusal.head, refusal.body, omitsBody);
    this.#close();
  }

  /** After the last answer that the client asked for: it sends nothing more, so there is nothing to read. */
  #finish(): void {
    this.#flush();
    if (this.socket.writableLength > 0) this.#close();
    else {
      this.#state = 'closing';
      this.#unread.clear();
      this.socket.destroy();
    }
  }

  /**
   * Sends what is answered, then ends. What still arrives is read and dropped for a while: closing on
   * unread bytes would reset the connection, and the client would lose the answer.
   */
  #close(): void {
    this.#flush();
    this.#state = 'closing';
    this.#unread.clear();
    this.#partial = undefined;
    this.deadlineMs = this.#context.deadlineIn(Math.min(lingerMs, this.#context.timeoutMs));
    this.socket.end();
    this.socket.resume();
  }

  #handOver(bytes: Buffer, at: number, end: number): void {
    this.#flush();
    this.#state = 'closing';
    const { socket } = this;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', ignore);
    socket.off('close', this.#onClose);
    this.#context.handOver(this, bytes.subarray(at, end));
  }

  #sourceOf(head: HttpRequestHead, bytes: Buffer, at: number): Uint8Array {
    const { responder } = this.#context;
    const places = head.forwardedFor;
    if (places.length === 0 || !responder.trustsProxies) return this.#direct;
    const values: string[] = [];
    for (let i = 0; i < places.length; i += 2) {
      values.push(bytes.toString('latin1', at + places[i]!, at + places[i + 1]!));
    }
    return responder.clientAddress(this.#direct, values.join(','));
  }

  #extendDeadline(): void {
    this.deadlineMs = this.#context.deadlineIn(this.#context.timeoutMs);
  }
}

const noBytes = Buffer.alloc(0);

/** Undefined for a request that can be answered. */
function refusalOf(head: HttpRequestHead): HttpRefusal | undefined {
  if (head.hasBody) return refusals.body;
  if (head.method === 'other') return refusals.method;
  return head.hasUnknownExpectation ? refusals.expectation : undefined;
}

/** A connection that breaks closes by itself; there is nothing to do about it. */
function ignore(): void {}
