/** Everything at once, drawn anew for each seed: what the other scenarios leave out in between. */
import { faultyKinds } from './faulty-talk.ts';
import {
  crashAndRestart,
  diskTrouble,
  leaveAndReturn,
  partitionNowAndThen,
  resetNowAndThen,
  spoiler,
  trackerAwayFor,
} from './incidents.ts';
import type { Scenario } from './scenario.ts';
import type { SimPeer } from './sim-peer.ts';
import type { PeerPlan, Swarm } from './swarm.ts';

const kib = 1024;
const secondMs = 1000;

function anyPlan(swarm: Swarm): PeerPlan {
  const chance = (percent: number) => swarm.random.below(100) < percent;
  const downBytesPerSecond = 256 * kib * 2 ** swarm.random.below(5);
  return {
    downBytesPerSecond,
    upBytesPerSecond: Math.max(64 * kib, downBytesPerSecond / 2 ** swarm.random.below(4)),
    startMs: chance(50) ? 0 : swarm.random.below(40_000),
    maxPeers: chance(20) ? swarm.between(4, 8) : 40,
    slabBudgetBytes: kib * (chance(20) ? 300 : 4096),
    fromMagnet: chance(20),
    ...(chance(20) && { upLimit: kib * swarm.between(32, 256) }),
    ...(chance(20) && { downLimit: kib * swarm.between(64, 512) }),
    ...(chance(20) && { filesWanted: [chance(50), true, true] }),
  };
}

function trouble(swarm: Swarm, peer: SimPeer): void {
  const what = swarm.random.below(8);
  if (what === 0) crashAndRestart(swarm, peer, swarm.between(1, 3));
  else if (what === 1) leaveAndReturn(swarm, peer);
  else if (what === 2 || what === 3) {
    const fromMs = swarm.between(0, 20) * secondMs;
    const fault = what === 2 ? 'full' : 'unreadable';
    diskTrouble(swarm, peer, fault, fromMs, swarm.between(1, 40) * secondMs);
  }
}

export const chaos: Scenario = {
  name: 'chaos',
  about: 'any of the others, all at once',
  prepare: (swarm) => {
    const chance = (percent: number) => swarm.random.below(100) < percent;
    swarm.makeContent(swarm.between(1, 100), 16 * kib * 2 ** swarm.random.below(5));
    for (let i = swarm.between(1, 3); i > 0; i--) trouble(swarm, swarm.addSeed());
    const peers = swarm.addLeechers(swarm.size(swarm.between(1, 12)), () => anyPlan(swarm));
    for (const peer of peers) trouble(swarm, peer);
    if (chance(20)) swarm.addSeed({ spoil: spoiler(swarm, swarm.between(1, 100)) });
    for (const kind of faultyKinds) if (chance(15)) swarm.addFaulty(kind);
    if (chance(20)) partitionNowAndThen(swarm);
    if (chance(20)) resetNowAndThen(swarm, swarm.between(300, 5000));
    if (chance(20)) trackerAwayFor(swarm, swarm.between(5, 120) * secondMs);
    return { deadlineMs: 20 * 60 * secondMs };
  },
};
