/**
 * Payload of all torrents together: in this run, and in all of them, also of torrents that are gone.
 * Invariant: the total of all runs never falls.
 */
export class SessionTotals {
  #downBefore = 0;
  #upBefore = 0;
  #down = 0;
  #up = 0;

  /** `kept` is what an earlier run's `snapshot` gave; what is not is passed over. */
  constructor(kept: Uint8Array | undefined) {
    if (kept?.length !== 16) return;
    const [down = 0, up = 0] = new Float64Array(kept.slice().buffer);
    this.#downBefore = Number.isFinite(down) ? Math.max(0, down) : 0;
    this.#upBefore = Number.isFinite(up) ? Math.max(0, up) : 0;
  }

  add(downBytes: number, upBytes: number): void {
    this.#down += downBytes;
    this.#up += upBytes;
  }

  get now() {
    return {
      downloadedBytes: this.#down,
      uploadedBytes: this.#up,
      allDownloadedBytes: this.#downBefore + this.#down,
      allUploadedBytes: this.#upBefore + this.#up,
    };
  }

  snapshot(): Uint8Array {
    const { allDownloadedBytes, allUploadedBytes } = this.now;
    return new Uint8Array(Float64Array.of(allDownloadedBytes, allUploadedBytes).buffer);
  }
}
