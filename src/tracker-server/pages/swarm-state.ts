/**
 * How well a torrent can be had, in words, from what a tracker knows: how many have all of it and how
 * many do not. It cannot know which pieces the leechers hold between them.
 */
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';

export interface SwarmState {
  /** Worst first; the order of the column. */
  readonly rank: 0 | 1 | 2 | 3 | 4;
  readonly word: 'no seeder' | 'one seeder' | 'few seeders' | 'good' | 'no peers';
  /** A sentence. */
  readonly meaning: string;
}

/** More leechers for each seeder than this, and the seeders are the bottleneck. */
const manyLeechers = 10;

const states = {
  stalled: {
    rank: 0,
    word: 'no seeder',
    meaning:
      'Nobody here has all of it: downloads stall unless the leechers hold every piece between them.',
  },
  single: {
    rank: 1,
    word: 'one seeder',
    meaning: 'One peer has all of it: when it leaves, downloads may stall.',
  },
  strained: {
    rank: 2,
    word: 'few seeders',
    meaning: `More than ${manyLeechers} leechers for each seeder.`,
  },
  good: { rank: 3, word: 'good', meaning: 'Several peers have all of it.' },
  empty: { rank: 4, word: 'no peers', meaning: 'Nobody shares it at the moment.' },
} as const satisfies Record<string, SwarmState>;

export function swarmState({
  seeders,
  leechers,
}: Pick<SwarmCounts, 'seeders' | 'leechers'>): SwarmState {
  if (seeders === 0) return leechers === 0 ? states.empty : states.stalled;
  if (seeders === 1 && leechers > 0) return states.single;
  return leechers > manyLeechers * seeders ? states.strained : states.good;
}
