/** What happens between machines: partitions, resets, a tracker that is away, peers that come and go. */
import { partitionNowAndThen, resetNowAndThen, trackerAwayFor } from './incidents.ts';
import type { Scenario } from './scenario.ts';
import { ensure } from './sim-failure.ts';
import { announceIntervalMs, deadTrackerUrl, trackerUrl } from './sim-tracker.ts';
import type { Swarm } from './swarm.ts';

const kib = 1024;
const secondMs = 1000;
const minuteMs = 60_000;

/** Whether every piece is with somebody else than the seeds. */
function copyIsOut(swarm: Swarm): boolean {
  const { pieceCount } = swarm.content.layout;
  for (let piece = 0; piece < pieceCount; piece++) {
    if (!swarm.leechers.some((peer) => peer.options.disk.isGood(piece))) return false;
  }
  return true;
}

const seedLeaves: Scenario = {
  name: 'seed-leaves',
  about: 'the only seed leaves as soon as one copy is out',
  prepare: (swarm) => {
    const seed = swarm.addSeed();
    swarm.addLeechers(swarm.size(10));
    let left = false;
    swarm.watch(() => {
      if (!copyIsOut(swarm)) return false;
      left = true;
      seed.leave();
      return true;
    });
    return {
      deadlineMs: 3 * minuteMs,
      verify: () => ensure(left, () => 'all completed before one copy was out'),
    };
  },
};

const partitions: Scenario = {
  name: 'partitions',
  about: 'the network falls in two and heals, several times',
  prepare: (swarm) => {
    swarm.makeContent(100, 32 * kib);
    swarm.addSeed();
    swarm.addLeechers(swarm.size(10));
    partitionNowAndThen(swarm);
    return { deadlineMs: 10 * minuteMs };
  },
};

const resets: Scenario = {
  name: 'resets',
  about: 'connections break all the time',
  prepare: (swarm) => {
    swarm.makeContent(100, 32 * kib);
    swarm.addSeed();
    swarm.addLeechers(swarm.size(8));
    resetNowAndThen(swarm, 700);
    return { deadlineMs: 6 * minuteMs };
  },
};

const trackerLate: Scenario = {
  name: 'tracker-late',
  about: 'the tracker is away for the first minutes, and another one for good',
  prepare: (swarm) => {
    const awayMs = swarm.between(30, 240) * secondMs;
    trackerAwayFor(swarm, awayMs);
    swarm.addSeed();
    swarm.addLeechers(swarm.size(6), () => ({
      tiers: swarm.random.below(2) === 0 ? [[trackerUrl]] : [[deadTrackerUrl], [trackerUrl]],
    }));
    // The pause after a failure has doubled meanwhile.
    return { deadlineMs: 3 * awayMs + 3 * minuteMs };
  },
};

const trackerGoes: Scenario = {
  name: 'tracker-goes',
  about: 'the tracker is away for good once everybody knows somebody',
  prepare: (swarm) => {
    const { tracker, world } = swarm;
    swarm.addSeed();
    swarm.addLeechers(swarm.size(8), () => ({ maxPeers: 6 }));
    world.at(8 * secondMs, () => {
      tracker.state = 'silent';
    });
    return { deadlineMs: 4 * minuteMs, skipsTracker: true };
  },
};

const churn: Scenario = {
  name: 'churn',
  about: 'leechers leave when they are done, others come',
  prepare: (swarm) => {
    swarm.addSeed();
    const peers = swarm.addLeechers(swarm.size(16), () => ({
      startMs: swarm.random.below(90_000),
    }));
    swarm.watch(() => {
      for (const peer of peers) {
        const doneMs = peer.completedAtMs;
        if (doneMs === undefined || !peer.isRunning) continue;
        if (swarm.world.nowMs() > doneMs + 15 * secondMs) peer.leave();
      }
      return false;
    });
    return {
      deadlineMs: 5 * minuteMs,
      verify: () => {
        for (const peer of peers) {
          const { completedEvents } = peer;
          ensure(completedEvents === 1, () => `${peer.name} completed ${completedEvents} times`);
        }
        swarm.world.runUntil(swarm.world.nowMs() + announceIntervalMs, () => false);
        const { downloads } = swarm.tracker.view(swarm.content.infoHash);
        ensure(
          downloads === peers.length,
          () => `the tracker counts ${downloads} downloads of ${peers.length}`,
        );
      },
    };
  },
};

export const networkTroubles: readonly Scenario[] = [
  seedLeaves,
  partitions,
  resets,
  trackerLate,
  trackerGoes,
  churn,
];
