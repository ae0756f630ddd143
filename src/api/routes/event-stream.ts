/**
 * One who listens to the daemon's events. Invariant: what waits for a slow listener is bounded: one frame of
 * changes and a few notices; what it missed comes as one later change.
 */
import { type ChangesFrames, heartbeat } from './event-frames.ts';

/** Where the bytes go: an answer of the HTTP server. */
export interface EventSink {
  /** False: wait for `onDrain` before the next one. */
  write(bytes: Buffer | string): boolean;
  end(): void;
  destroy(): void;
}

export interface EventStreamOptions {
  readonly sink: EventSink;
  readonly since: number | undefined;
  /** A look for changes every so many ticks. */
  readonly everyTicks: number;
  /** Still logged in. */
  isKnown(): boolean;
}

const maxWaitingNotices = 100;

export class EventStream {
  readonly #options: EventStreamOptions;
  #since: number | undefined;
  #session = '';
  #isBlocked = false;
  #ticksSinceWrite = 0;
  #ticksSinceCheck = 0;
  #notices: Buffer[] = [];

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#since = options.since;
  }

  /** Also when nothing is due: times are counted by it. */
  onTick(tick: number, frames: ChangesFrames, limits: TickLimits): void {
    this.#ticksSinceWrite++;
    this.#ticksSinceCheck++;
    if (this.#ticksSinceCheck >= limits.heartbeatTicks) {
      this.#ticksSinceCheck = 0;
      if (!this.#options.isKnown()) {
        this.end();
        return;
      }
    }
    if (this.#isBlocked) {
      if (this.#ticksSinceWrite >= limits.patienceTicks) this.#options.sink.destroy();
      return;
    }
    if (tick % this.#options.everyTicks === 0) this.sendChanges(frames);
    if (this.#ticksSinceWrite >= limits.heartbeatTicks) this.#write(heartbeat);
  }

  sendChanges(frames: ChangesFrames): void {
    const frame = frames.after(this.#since);
    this.#since = frame.revision;
    if (!frame.isNew && frame.session === this.#session) return;
    this.#session = frame.session;
    this.#write(frame.bytes);
  }

  sendNotice(frame: Buffer): void {
    if (!this.#isBlocked) this.#write(frame);
    else if (this.#notices.length < maxWaitingNotices) this.#notices.push(frame);
  }

  onDrain(): void {
    this.#isBlocked = false;
    const notices = this.#notices;
    this.#notices = [];
    for (const notice of notices) this.sendNotice(notice);
  }

  end(): void {
    this.#options.sink.end();
  }

  #write(bytes: Buffer | string): void {
    this.#ticksSinceWrite = 0;
    this.#isBlocked = !this.#options.sink.write(bytes);
  }
}

export interface TickLimits {
  /** A comment is sent after so many ticks of silence. */
  readonly heartbeatTicks: number;
  /** One who takes nothing for so many is let go. */
  readonly patienceTicks: number;
}
