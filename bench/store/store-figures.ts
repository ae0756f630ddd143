/** What the cases of the store's benchmark tell, as JSON between processes. */

export interface AnnounceFigures {
  readonly wallNs: number;
  readonly cpuNs: number;
  readonly peersEach: number;
  readonly bytesPerPeer: number;
}

export interface TickFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestAnnounceMs: number;
  readonly longestTickMs: number;
  readonly ticks: number;
  readonly forgotten: number;
}

export interface ScaleFigures {
  readonly peers: number;
  readonly swarms: number;
  readonly fillSeconds: number;
  /** Resident, over the process before there was a store. */
  readonly bytesPerPeer: number;
  /** By the store's own account. */
  readonly usedBytesPerPeer: number;
  readonly steady: TickFigures;
  readonly silent: TickFigures;
  readonly expirySeconds: number;
}

export interface RestartFigures {
  readonly peers: number;
  readonly lost: number;
  readonly bytes: number;
  readonly snapshotSeconds: number;
  readonly longestStepMs: number;
  readonly restoreSeconds: number;
}
