/** Honest swarms of different sizes and lines, held against the fluid limit. */
import type { Expectation, Scenario } from './scenario.ts';
import type { Swarm } from './swarm.ts';

const kib = 1024;
const secondMs = 1000;
/**
 * What a real swarm takes beside the fluid limit: to find each other, a choke round until lines are
 * known, the last blocks.
 */
const startMs = 30 * secondMs;
const factor = 2.5;

function withinFluidBound(swarm: Swarm): Expectation {
  return { deadlineMs: startMs + factor * swarm.fluidBoundMs() };
}

const household: Scenario = {
  name: 'few',
  about: 'one seed and a few leechers on similar lines',
  prepare: (swarm) => {
    swarm.makeContent(swarm.between(1, 120), 32 * kib);
    swarm.addSeed();
    swarm.addLeechers(swarm.size(swarm.between(1, 9)));
    return withinFluidBound(swarm);
  },
};

const oneToMany: Scenario = {
  name: 'one-to-many',
  about: 'one seed and 100 leechers that come within half a minute',
  prepare: (swarm) => {
    swarm.makeContent(40, 32 * kib);
    swarm.addSeed({ upBytesPerSecond: 512 * kib });
    swarm.addLeechers(swarm.size(100), () => ({
      startMs: swarm.random.below(30_000),
      maxPeers: 20,
    }));
    const { deadlineMs } = withinFluidBound(swarm);
    return { deadlineMs: deadlineMs + 30_000 };
  },
};

const flashCrowd: Scenario = {
  name: 'flash-crowd',
  about: 'one slow seed, and 40 leechers at the same moment',
  prepare: (swarm) => {
    swarm.makeContent(40, 32 * kib);
    swarm.addSeed({ upBytesPerSecond: 128 * kib });
    swarm.addLeechers(swarm.size(40));
    return withinFluidBound(swarm);
  },
};

const asymmetric: Scenario = {
  name: 'asymmetric',
  about: 'uplinks from a sixteenth of the downlink to all of it',
  prepare: (swarm) => {
    swarm.makeContent(100, 32 * kib);
    swarm.addSeed({ upBytesPerSecond: 256 * kib });
    swarm.addLeechers(swarm.size(15), () => {
      const downBytesPerSecond = 256 * kib * 2 ** swarm.random.below(4);
      return {
        downBytesPerSecond,
        upBytesPerSecond: downBytesPerSecond / 2 ** swarm.random.below(5),
      };
    });
    return withinFluidBound(swarm);
  },
};

const lan: Scenario = {
  name: 'lan',
  about: 'fast lines on one private network, where nobody is choked',
  prepare: (swarm) => {
    swarm.makeContent(200, 64 * kib);
    const line = { upBytesPerSecond: 8192 * kib, downBytesPerSecond: 8192 * kib, latencyMs: 1 };
    const place = (i: number) => ({ ...line, ip: `10.0.0.${i + 1}` });
    swarm.addSeed(place(0));
    for (let i = 1; i <= swarm.size(6); i++) swarm.addLeecher(place(i));
    return { deadlineMs: 10 * secondMs + factor * swarm.fluidBoundMs() };
  },
};

const magnet: Scenario = {
  name: 'magnet',
  about: 'half of the leechers start from a magnet link',
  prepare: (swarm) => {
    swarm.addSeed();
    let number = 0;
    swarm.addLeechers(swarm.size(8), () => ({
      fromMagnet: number++ % 2 === 0,
      startMs: swarm.random.below(20_000),
    }));
    const { deadlineMs } = withinFluidBound(swarm);
    return { deadlineMs: deadlineMs + 30_000 };
  },
};

export const crowds: readonly Scenario[] = [
  household,
  oneToMany,
  flashCrowd,
  asymmetric,
  lan,
  magnet,
];
