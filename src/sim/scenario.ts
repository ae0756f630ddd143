/** What a scenario is: a swarm put together, what happens to it, and what is expected in the end. */
import type { SimPeer } from './sim-peer.ts';
import type { Swarm } from './swarm.ts';

export interface Expectation {
  /** Everybody is done by then, in virtual time. */
  readonly deadlineMs: number;
  /** Who is to complete; all honest leechers unless told. */
  readonly completing?: () => readonly SimPeer[];
  /** Looked at when all are complete. Throws what is wrong. */
  readonly verify?: () => void;
  /** The swarm is one whose tracker need not know the truth in the end. */
  readonly skipsTracker?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly prepare: (swarm: Swarm) => Expectation;
}
