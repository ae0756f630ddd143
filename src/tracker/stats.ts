/**
 * What the tracker counts about itself: totals since the start and rates over the last minute.
 * Invariant: counting takes constant time and no memory, whoever asks.
 */
export type Transport = 'http' | 'udp';

export interface TransportCounts {
  readonly announces: number;
  readonly scrapes: number;
  /** Answered with a failure reason or an error packet. */
  readonly refused: number;
  /** Not understood: a malformed request, or a packet dropped in silence. */
  readonly invalid: number;
}

export interface TrackerCounts {
  readonly http: TransportCounts;
  readonly udp: TransportCounts;
  /** Mean over the last 60 seconds, or since the start when that is shorter. */
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
}

type Counted = keyof TransportCounts;

const windowSeconds = 60;

export class TrackerStats {
  readonly #counts = { http: zeros(), udp: zeros() };
  readonly #announces: RecentSeconds;
  readonly #scrapes: RecentSeconds;

  constructor(startMs: number) {
    this.#announces = new RecentSeconds(startMs);
    this.#scrapes = new RecentSeconds(startMs);
  }

  count(what: Counted, transport: Transport, nowMs: number): void {
    this.#counts[transport][what]++;
    if (what === 'announces') this.#announces.add(nowMs);
    else if (what === 'scrapes') this.#scrapes.add(nowMs);
  }

  read(nowMs: number): TrackerCounts {
    return {
      http: { ...this.#counts.http },
      udp: { ...this.#counts.udp },
      announcesPerSecond: this.#announces.rate(nowMs),
      scrapesPerSecond: this.#scrapes.rate(nowMs),
    };
  }
}

/** Events in each of the last 60 full seconds. */
class RecentSeconds {
  readonly #perSecond = new Float64Array(windowSeconds + 1);
  readonly #startSecond: number;
  #second: number;

  constructor(startMs: number) {
    this.#startSecond = Math.floor(startMs / 1000);
    this.#second = this.#startSecond;
  }

  add(nowMs: number): void {
    this.#advance(nowMs);
    this.#perSecond[this.#second % this.#perSecond.length]!++;
  }

  rate(nowMs: number): number {
    this.#advance(nowMs);
    let sum = 0;
    for (const events of this.#perSecond) sum += events;
    return sum / Math.max(1, Math.min(windowSeconds, this.#second - this.#startSecond));
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second - this.#second >= this.#perSecond.length) {
      this.#perSecond.fill(0);
      this.#second = second;
    }
    while (this.#second < second) {
      this.#second++;
      this.#perSecond[this.#second % this.#perSecond.length] = 0;
    }
  }
}

function zeros(): Record<Counted, number> {
  return { announces: 0, scrapes: 0, refused: 0, invalid: 0 };
}
