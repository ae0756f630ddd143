/**
 * One connection of an HTTP load: what it asks next and the judgement of the answer. It touches no
 * socket. Invariant: one request at a time waits for an answer.
 */
import type { Random } from '../../src/base/random.ts';
import { HttpAnswer } from './http-answer.ts';
import type { HttpRequests } from './http-requests.ts';
import type { LoadPopulation } from './load-population.ts';
import type { LoadTally } from './load-tally.ts';

const announce = 1;
const scrape = 2;
/** 50 announces to a scrape, as over UDP. */
const mixed = 51;

/** What the carrier does after bytes were taken. */
export type HttpStep = 'wait' | 'ask' | 'reconnect';

export interface HttpClientOptions {
  readonly population: LoadPopulation;
  readonly requests: HttpRequests;
  readonly random: Random;
  readonly tally: LoadTally;
  /** Connect anew for each request, whatever the tracker would allow. */
  readonly close: boolean;
}

export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #answer = new HttpAnswer();
  #kind = announce;
  #sinceUs = 0;
  #isWaiting = false;
  /** On this connection. */
  #answers = 0;
  /** The tracker closes each connection without a word of it, as opentracker does. */
  #closesSilently = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** The next request, valid until any client's next one. `sinceUs` is when its connection began, or now. */
  ask(sinceUs: number): Uint8Array {
    const { population, requests, random } = this.#options;
    const swarm = random.below(population.swarms);
    this.#sinceUs = sinceUs;
    this.#isWaiting = true;
    this.#kind = random.below(mixed) === 0 ? scrape : announce;
    if (this.#kind === scrape) {
      this.#answer.expect('scrape');
      return requests.scrape(swarm);
    }
    this.#answer.expect('announce');
    return requests.announce(swarm, random.below(population.peersPerSource));
  }

  take(bytes: Uint8Array, start: number, end: number, nowUs: number): HttpStep {
    const { tally, close } = this.#options;
    const answer = this.#answer;
    if (!this.#isWaiting) {
      tally.complain(() => 'bytes that nobody asked for');
      return 'reconnect';
    }
    if (!answer.take(bytes, start, end)) return 'wait';
    this.#isWaiting = false;
    this.#answers++;
    if (!answer.isRight) {
      tally.complain(() => answer.describe());
      return 'reconnect';
    }
    tally.answers[this.#kind] = tally.answers[this.#kind]! + 1;
    tally.bytes += answer.lengthBytes;
    tally.peers += this.#kind === announce ? answer.peers : 0;
    tally.latency.add(nowUs - this.#sinceUs);
    return answer.closes || close || this.#closesSilently ? 'reconnect' : 'ask';
  }

  /** The connection ended or could not be made. */
  ended(): void {
    if (this.#isWaiting && this.#answers === 1) this.#closesSilently = true;
    else if (this.#isWaiting) this.#options.tally.lost++;
    this.#isWaiting = false;
    this.#answers = 0;
  }

  isLate(nowUs: number, timeoutUs: number): boolean {
    return this.#isWaiting && nowUs - this.#sinceUs > timeoutUs;
  }
}
