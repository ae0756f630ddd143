/** Every scenario by name, in the order in which seeds take turns with them. */
import type { Scenario } from './scenario.ts';
import { chaos } from './scenario-chaos.ts';
import { crowds } from './scenario-crowds.ts';
import { faults } from './scenario-faults.ts';
import { machineTroubles } from './scenario-machines.ts';
import { networkTroubles } from './scenario-network.ts';
import { steering } from './scenario-steering.ts';

export const scenarios: readonly Scenario[] = [
  ...crowds,
  ...faults,
  ...networkTroubles,
  ...machineTroubles,
  steering,
  chaos,
];
