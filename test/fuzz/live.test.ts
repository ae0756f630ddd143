/** A short run against running trackers and daemons; `npm run fuzz` goes further. */
import { describe, test } from 'node:test';
import { runLiveCampaign } from './live-campaign.ts';
import { liveTargets } from './live-targets.ts';

const counts: Readonly<Record<string, number>> = {
  'tracker-http-socket': 5_000,
  'tracker-ws-socket': 5_000,
  api: 300,
  transmission: 200,
  qbittorrent: 200,
  events: 100,
};
const mostInputs = 20_000;
const seed = Number(process.env.SHOAL_TEST_SEED ?? 1);

describe('random and mutated inputs over sockets and HTTP', () => {
  for (const target of liveTargets) {
    const count = counts[target.name] ?? mostInputs;
    test(target.name, () => runLiveCampaign(target, { seed, count }).then(() => {}));
  }
});
