/** What happens on a machine: crashes, disks, little memory, limits, files nobody wants. */
import { crashAndRestart, diskTrouble, leaveAndReturn } from './incidents.ts';
import type { Scenario } from './scenario.ts';
import { ensure } from './sim-failure.ts';
import type { SimPeer } from './sim-peer.ts';

const kib = 1024;
const secondMs = 1000;
const minuteMs = 60_000;

const crashes: Scenario = {
  name: 'crashes',
  about: 'a third of the peers crash and start again, several times',
  prepare: (swarm) => {
    swarm.makeContent(100, 32 * kib);
    const seed = swarm.addSeed();
    const peers = swarm.addLeechers(swarm.size(9));
    const crashing = peers.filter((_, i) => i % 3 === 0);
    for (const peer of crashing) crashAndRestart(swarm, peer, swarm.between(1, 4));
    if (swarm.random.below(3) === 0) crashAndRestart(swarm, seed, 1);
    return { deadlineMs: 5 * minuteMs };
  },
};

const returns: Scenario = {
  name: 'returns',
  about: 'half of the peers leave in good order and come back',
  prepare: (swarm) => {
    swarm.makeContent(40, 128 * kib);
    swarm.addSeed();
    const peers = swarm.addLeechers(swarm.size(8));
    peers.forEach((peer, i) => {
      if (i % 2 === 0) leaveAndReturn(swarm, peer);
    });
    return { deadlineMs: 5 * minuteMs };
  },
};

const diskFull: Scenario = {
  name: 'disk-full',
  about: 'disks fill up and are freed, and one cannot be read for a while',
  prepare: (swarm) => {
    swarm.addSeed();
    const second = swarm.addSeed();
    const peers = swarm.addLeechers(swarm.size(6));
    const troubled = peers.filter((_, i) => i % 2 === 0);
    for (const peer of troubled) {
      const fromMs = swarm.between(1, 5) * secondMs;
      diskTrouble(swarm, peer, 'full', fromMs, swarm.between(5, 40) * secondMs);
    }
    diskTrouble(swarm, second, 'unreadable', 3 * secondMs, 30 * secondMs);
    return {
      deadlineMs: 4 * minuteMs,
      verify: () => {
        for (const peer of troubled) {
          const told = peer.troubles.some((error) => error.code === 'ENOSPC');
          ensure(told, () => `${peer.name} met a full disk and did not say so`);
          const { error } = peer.torrent!.content!;
          ensure(error === undefined, () => `${peer.name} still says: ${error?.message}`);
        }
      },
    };
  },
};

const tightMemory: Scenario = {
  name: 'tight-memory',
  about: 'memory for two pieces, so that unfinished ones go to disk and come back',
  prepare: (swarm) => {
    swarm.makeContent(24, 128 * kib);
    for (let i = 0; i < 3; i++) swarm.addSeed({ upBytesPerSecond: 64 * kib });
    swarm.addLeechers(swarm.size(6), () => ({
      slabBudgetBytes: 256 * kib,
      upBytesPerSecond: 64 * kib,
    }));
    return { deadlineMs: 8 * minuteMs };
  },
};

const limits: Scenario = {
  name: 'limits',
  about: 'speed limits in both directions hold',
  prepare: (swarm) => {
    const upLimit = 48 * kib;
    const downLimit = 100 * kib;
    const seed = swarm.addSeed({ upBytesPerSecond: 1024 * kib, upLimit: 96 * kib });
    const peers = swarm.addLeechers(swarm.size(4), () => ({ upLimit, downLimit }));
    const within = (peer: SimPeer, bytes: number, limit: number, what: string) => {
      const seconds = swarm.world.nowMs() / 1000 + 3;
      ensure(bytes <= limit * seconds, () => `${peer.name} ${what} ${bytes} in ${seconds} s`);
    };
    swarm.watch(() => {
      within(seed, seed.totals().uploadedBytes, 96 * kib, 'sent');
      for (const peer of peers) {
        const totals = peer.totals();
        within(peer, totals.uploadedBytes, upLimit, 'sent');
        // What is in the buffers of its links when reading stops still arrives.
        within(peer, totals.downloadedBytes - 512 * kib, downLimit, 'received');
      }
      return false;
    });
    return { deadlineMs: 5 * minuteMs };
  },
};

const unwantedFiles: Scenario = {
  name: 'unwanted-files',
  about: 'some want only one of the files',
  prepare: (swarm) => {
    swarm.addSeed();
    swarm.addLeechers(swarm.size(8), () => {
      const wants = swarm.random.below(3);
      return wants === 2 ? {} : { filesWanted: [wants === 0, true, wants === 1] };
    });
    return { deadlineMs: 3 * minuteMs };
  },
};

export const machineTroubles: readonly Scenario[] = [
  crashes,
  returns,
  diskFull,
  tightMemory,
  limits,
  unwantedFiles,
];
