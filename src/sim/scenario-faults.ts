/** Swarms with peers that lie, stall or flood. Honest peers complete, and nobody honest is banned. */
import type { FaultyKind } from './faulty-talk.ts';
import { faultyKinds } from './faulty-talk.ts';
import { spoiler } from './incidents.ts';
import type { Scenario } from './scenario.ts';
import { ensure } from './sim-failure.ts';
import type { Swarm } from './swarm.ts';

const kib = 1024;
const minuteMs = 60_000;

function nobodyHonestBanned(swarm: Swarm): void {
  for (const peer of swarm.honest) {
    for (const other of swarm.honest) {
      ensure(
        !peer.hasBanned(other.options.host),
        () => `${peer.name} banned ${other.name}, which is honest`,
      );
    }
  }
}

const corrupters: Scenario = {
  name: 'corrupters',
  about: 'a fifth of the peers spoil a part of what they send',
  prepare: (swarm) => {
    swarm.addSeed();
    swarm.addSeed();
    swarm.addSeed({ spoil: spoiler(swarm, 50) });
    const count = swarm.size(12);
    for (let i = 0; i < count; i++) {
      swarm.addLeecher(i % 5 === 4 ? { spoil: spoiler(swarm, 20) } : {});
    }
    return { deadlineMs: 4 * minuteMs, verify: () => nobodyHonestBanned(swarm) };
  },
};

const oneBadSeed: Scenario = {
  name: 'one-bad-seed',
  about: 'one of five seeds spoils blocks; it alone is banned',
  prepare: (swarm) => {
    swarm.makeContent(80, 64 * kib);
    for (let i = 0; i < 4; i++) swarm.addSeed();
    const bad = swarm.addSeed({ spoil: spoiler(swarm, 20) });
    swarm.addLeechers(swarm.size(swarm.between(1, 3)));
    return {
      deadlineMs: 4 * minuteMs,
      verify: () => {
        nobodyHonestBanned(swarm);
        for (const peer of swarm.leechers) {
          const found = peer.corruptPieces === 0 || peer.hasBanned(bad.options.host);
          ensure(found, () => `${peer.name} did not find out that ${bad.name} spoilt blocks`);
        }
        const fooled = swarm.leechers.some((peer) => peer.corruptPieces > 0);
        ensure(fooled, () => `${bad.name} spoilt nothing`);
      },
    };
  },
};

function withFaulty(swarm: Swarm, kinds: readonly FaultyKind[]): void {
  for (const kind of kinds) swarm.addFaulty(kind);
}

const stallers: Scenario = {
  name: 'stallers',
  about: 'a fifth of the peers take requests and never answer',
  prepare: (swarm) => {
    swarm.addSeed();
    swarm.addLeechers(swarm.size(11));
    withFaulty(swarm, ['staller', 'staller', 'staller']);
    return { deadlineMs: 4 * minuteMs, verify: () => nobodyHonestBanned(swarm) };
  },
};

const faultyCrowd: Scenario = {
  name: 'faulty-crowd',
  about: 'one faulty peer of each kind',
  prepare: (swarm) => {
    swarm.addSeed();
    swarm.addLeechers(swarm.size(8));
    withFaulty(swarm, faultyKinds);
    return { deadlineMs: 5 * minuteMs, verify: () => nobodyHonestBanned(swarm) };
  },
};

export const faults: readonly Scenario[] = [corrupters, oneBadSeed, stallers, faultyCrowd];
