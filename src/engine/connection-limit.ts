/** How many links all torrents of a session may hold together, dials under way included. */
export class ConnectionLimit {
  /** Links beyond it stay until they end by themselves. */
  max: number;
  #used = 0;

  constructor(max: number) {
    this.max = max;
  }

  get used(): number {
    return this.#used;
  }

  /** False at the limit. Each success is paired with one `give`. */
  tryTake(): boolean {
    if (this.#used >= this.max) return false;
    this.#used++;
    return true;
  }

  give(): void {
    this.#used--;
  }
}
