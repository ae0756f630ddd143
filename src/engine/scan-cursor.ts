/**
 * How far one peer's search through the availability order has come.
 * Invariant: no waiting piece ranked before (`priority`, `rank`) is held by the peer, except those
 * in `exceptions` and those entered in the order's log since `logSeen`. Pieces are thus looked at
 * once a peer and not once a pick, which keeps picking cheap for peers that have few pieces.
 */

/** More than this many exceptions and searching again from the top is simpler. */
const exceptionLimit = 32;

export class ScanCursor {
  /** 7 is the first to be searched; 0 means that everything was. */
  priority = 7;
  rank = 0;
  /** The order's counters when the cursor was last brought up to date. */
  departuresSeen = 0;
  logSeen = 0;
  epoch = -1;
  /** Pieces ranked before the cursor that the peer has all the same. */
  readonly exceptions: number[] = [];

  restart(): void {
    this.priority = 7;
    this.rank = 0;
    this.exceptions.length = 0;
  }

  hasPassed(priority: number, rank: number): boolean {
    return priority > this.priority || (priority === this.priority && rank < this.rank);
  }

  addException(piece: number): void {
    if (this.exceptions.includes(piece)) return;
    if (this.exceptions.length === exceptionLimit) this.restart();
    else this.exceptions.push(piece);
  }
}
