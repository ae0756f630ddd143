/**
 * The requests of an HTTP load (BEP 3, 23, 48), made once as bytes with gaps: before each one only the
 * info-hash, the port and what is left are filled in.
 */
import { encodeLatin1 } from '../../src/base/text.ts';
import type { LoadPopulation } from './load-population.ts';

export interface HttpRequestOptions {
  readonly population: LoadPopulation;
  readonly numWant: number;
  readonly host: string;
  /** Asks the tracker to close the connection after each answer. */
  readonly close: boolean;
}

const hashGap = '%00'.repeat(20);
const portGap = '00000';
/** Of the same length for a seeder and a leecher, without a number that starts with 0. */
const left = { seeder: encodeLatin1('0&key=1048576'), leecher: encodeLatin1('1048576&key=0') };
const leftGap = 'x'.repeat(left.seeder.length);

export class HttpRequests {
  readonly #population: LoadPopulation;
  /** `%xx` of every byte of every info-hash. */
  readonly #hashes: Uint8Array;
  readonly #announce: Uint8Array;
  readonly #scrape: Uint8Array;
  readonly #hashAt: number;
  readonly #portAt: number;
  readonly #leftAt: number;
  readonly #scrapeHashAt: number;

  constructor({ population, numWant, host, close }: HttpRequestOptions) {
    this.#population = population;
    const all = new Uint8Array(population.hashWords.buffer);
    this.#hashes = encodeLatin1(
      [...all].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    );
    const head = ` HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: shoal-load\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;
    const announce = `GET /announce?info_hash=${hashGap}&peer_id=-XX1000-abcdefghijkl&port=${portGap}&uploaded=0&downloaded=0&left=${leftGap}&numwant=${numWant}&compact=1${head}`;
    const scrape = `GET /scrape?info_hash=${hashGap}${head}`;
    this.#announce = encodeLatin1(announce);
    this.#scrape = encodeLatin1(scrape);
    this.#hashAt = announce.indexOf(hashGap);
    this.#portAt = announce.indexOf(portGap, announce.indexOf('port='));
    this.#leftAt = announce.indexOf(leftGap);
    this.#scrapeHashAt = scrape.indexOf(hashGap);
  }

  /** The request is the returned memory until the next call. */
  announce(swarm: number, peer: number): Uint8Array {
    const request = this.#announce;
    this.#fillHash(request, this.#hashAt, swarm);
    let port = this.#population.port(swarm, peer);
    for (let i = 4; i >= 0; i--) {
      request[this.#portAt + i] = 0x30 + (port % 10);
      port = Math.floor(port / 10);
    }
    request.set(this.#population.isSeeder(peer) ? left.seeder : left.leecher, this.#leftAt);
    return request;
  }

  /** Likewise. */
  scrape(swarm: number): Uint8Array {
    this.#fillHash(this.#scrape, this.#scrapeHashAt, swarm);
    return this.#scrape;
  }

  #fillHash(request: Uint8Array, at: number, swarm: number): void {
    request.set(this.#hashes.subarray(60 * swarm, 60 * swarm + 60), at);
  }
}
