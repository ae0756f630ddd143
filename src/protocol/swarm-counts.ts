/**
 * How many take part in a swarm, as trackers tell it (BEP 15 scrape, BEP 48). On the wire these are
 * called complete, incomplete and downloaded (or completed).
 */
export interface SwarmCounts {
  readonly seeders: number;
  readonly leechers: number;
  /** How many peers ever finished the download. */
  readonly downloads: number;
}
