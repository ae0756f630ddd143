/** Every scenario by name, in the order in which seeds take turns with them. */
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    name: 'small',
    about: 'one seed and five leechers',
    prepare: (swarm) => {
      swarm.addSeed();
      swarm.addLeechers(swarm.size(5));
      return { deadlineMs: 300_000 };
    },
  },
];
