/** Things that happen to a swarm while it runs: scenarios put them together. */
import type { SimHost } from './sim-host.ts';
import type { SimPeer } from './sim-peer.ts';
import type { Spoiler } from './sim-storage.ts';
import type { Swarm } from './swarm.ts';

const secondMs = 1000;
const resetsEndMs = 180 * secondMs;

/** Spoils so many of a hundred blocks. */
export function spoiler(swarm: Swarm, percent: number): Spoiler {
  const random = swarm.random.fork();
  return (_piece, _begin, bytes) => {
    if (random.below(100) >= percent) return bytes;
    const spoilt = bytes.slice();
    const at = random.below(spoilt.length);
    spoilt[at] = spoilt[at]! ^ 0x40;
    return spoilt;
  };
}

/** Splits the machines in two for a while, and again later. */
export function partitionNowAndThen(swarm: Swarm): void {
  const { world, network, random } = swarm;
  const split = (times: number) => {
    const sides = new Map<SimHost, number>();
    for (const host of network.hosts()) sides.set(host, random.below(2));
    network.partition((host) => sides.get(host) ?? 0, random.below(2) === 0 ? 'stall' : 'reset');
    world.after(swarm.between(5, 90) * secondMs, () => {
      network.heal();
      if (times > 1) world.after(swarm.between(1, 20) * secondMs, () => split(times - 1));
    });
  };
  world.after(swarm.between(2, 12) * secondMs, () => split(swarm.between(1, 3)));
}

/** Breaks one link after the other, for some minutes. */
export function resetNowAndThen(swarm: Swarm, meanMs: number): void {
  const { world, network, random } = swarm;
  const reset = () => {
    const links = [...network.hosts()].flatMap((host) => [...host.links]);
    const link = links[random.below(Math.max(1, links.length))];
    if (link !== undefined) network.reset(link);
    if (world.nowMs() < resetsEndMs) world.after(2 * meanMs * random.next(), reset);
  };
  world.after(meanMs, reset);
}

/** The client is killed so many times, and started again from what it had saved or found. */
export function crashAndRestart(swarm: Swarm, peer: SimPeer, times: number): void {
  const { world, random } = swarm;
  if (times === 0) return;
  world.after(swarm.between(1000, 15_000), () => {
    peer.crash();
    world.after(swarm.between(500, 12_000), () => {
      peer.start(random.below(3) === 0 ? 'recheck' : 'saved');
      crashAndRestart(swarm, peer, times - 1);
    });
  });
}

/** The client leaves in good order, and comes back later. */
export function leaveAndReturn(swarm: Swarm, peer: SimPeer): void {
  const { world } = swarm;
  world.after(swarm.between(1000, 20_000), () => {
    peer.leave(() => world.after(swarm.between(500, 20_000), () => peer.start()));
  });
}

/** The disk refuses for a while. */
export function diskTrouble(
  swarm: Swarm,
  peer: SimPeer,
  fault: 'full' | 'unreadable',
  fromMs: number,
  forMs: number,
): void {
  swarm.world.after(fromMs, () => {
    peer.options.disk.fault = fault;
    swarm.world.after(forMs, () => {
      peer.options.disk.fault = 'none';
    });
  });
}

/** The tracker is away from the start, refusing or silent. */
export function trackerAwayFor(swarm: Swarm, awayMs: number): void {
  const { tracker, world } = swarm;
  tracker.state = swarm.random.below(2) === 0 ? 'refusing' : 'silent';
  world.at(awayMs, () => {
    tracker.state = 'up';
  });
}
