/** Under which hashes an entry's peers announce: a hybrid torrent has a swarm for each of its two. */

/** 40 hex digits each; the torrent's own first. */
export function announcedHashes(entry: {
  readonly infoHash: string;
  readonly infoHashV2?: string;
}): string[] {
  const cut = entry.infoHashV2?.slice(0, 40);
  return cut === undefined || cut === entry.infoHash ? [entry.infoHash] : [entry.infoHash, cut];
}
