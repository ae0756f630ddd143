/** What came of the requests of a load: answers by kind, what was wrong or missing, how long it took. */
import { LatencyHistogram } from './latency-histogram.ts';

/** In the order of their numbers in a slot and of their actions in BEP 15. */
export const requestKinds = ['connect', 'announce', 'scrape'] as const;

export interface LoadFigures {
  readonly seconds: number;
  readonly connects: number;
  readonly announces: number;
  readonly scrapes: number;
  /** All of them, a second. */
  readonly responsesPerSecond: number;
  /** Answers that are no right answer to what was asked. */
  readonly wrong: number;
  /** What was wrong, for a few of them. */
  readonly complaints: readonly string[];
  /** Answers that say why not, in a flood. */
  readonly refused: number;
  /** Requests without an answer in time. */
  readonly lost: number;
  /** Peers in the mean answer to an announce. */
  readonly peersPerAnnounce: number;
  readonly bytesReceived: number;
  /** Milliseconds from before the request is sent until its answer is read. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly p999: number | undefined;
  /** CPU of the tracker and of this process meanwhile, in cores; undefined where unknown. */
  readonly trackerCores: number | undefined;
  readonly loadCores: number | undefined;
}

const keptComplaints = 5;

export class LoadTally {
  readonly latency = new LatencyHistogram();
  /** By number of the kind. */
  readonly answers = new Float64Array(requestKinds.length);
  wrong = 0;
  refused = 0;
  lost = 0;
  peers = 0;
  bytes = 0;
  readonly #complaints: string[] = [];

  /** `what` is made only for those that are kept. */
  complain(what: () => string): void {
    this.wrong++;
    if (this.#complaints.length < keptComplaints) this.#complaints.push(what());
  }

  clear(): void {
    this.latency.clear();
    this.answers.fill(0);
    this.wrong = 0;
    this.refused = 0;
    this.lost = 0;
    this.peers = 0;
    this.bytes = 0;
    this.#complaints.length = 0;
  }

  figures(
    seconds: number,
    trackerCores: number | undefined,
    loadCores: number | undefined,
  ): LoadFigures {
    const [connects = 0, announces = 0, scrapes = 0] = this.answers;
    return {
      seconds,
      connects,
      announces,
      scrapes,
      responsesPerSecond: (connects + announces + scrapes) / seconds,
      wrong: this.wrong,
      complaints: [...this.#complaints],
      refused: this.refused,
      lost: this.lost,
      peersPerAnnounce: announces === 0 ? 0 : this.peers / announces,
      bytesReceived: this.bytes,
      p50: this.latency.percentileMs(0.5),
      p99: this.latency.percentileMs(0.99),
      p999: this.latency.percentileMs(0.999),
      trackerCores,
      loadCores,
    };
  }
}
