/** People who change their minds: what is asked of a client while it runs. */
import { filePriority } from '../engine/content-wants.ts';
import type { Scenario } from './scenario.ts';
import { ensure } from './sim-failure.ts';
import type { SimPeer } from './sim-peer.ts';
import type { Swarm } from './swarm.ts';

const kib = 1024;
const secondMs = 1000;
/** From then on everybody wants everything. */
const decidedMs = 60 * secondMs;
const words = Object.values(filePriority);

function changeMind(swarm: Swarm, peer: SimPeer): void {
  const { random, world } = swarm;
  const { torrent } = peer;
  const content = torrent?.content;
  if (torrent !== undefined && content !== undefined && !content.checking) {
    const what = random.below(8);
    if (what === 0) torrent.recheck();
    else if (what === 1) content.picker.setSequential(random.below(2) === 0);
    else if (what < 5) read(swarm, peer);
    else {
      const files = content.layout.files.length;
      content.setFilePriorities(Uint8Array.from({ length: files }, () => words[random.below(4)]!));
    }
  }
  const nextMs = world.nowMs() + swarm.between(500, 9000);
  if (nextMs < decidedMs) world.at(nextMs, () => changeMind(swarm, peer));
}

/** Reads from anywhere, at once or slowly, to the end or until it has enough. */
function read(swarm: Swarm, peer: SimPeer): void {
  const { random, world } = swarm;
  const content = peer.torrent?.content;
  if (content === undefined) return;
  const { lengthBytes } = content.layout;
  const begin = random.below(lengthBytes);
  const end = begin + 1 + random.below(lengthBytes - begin);
  const reader = content.openReader(begin, end, () => {});
  const pauseMs = 20 * (1 + random.below(20));
  const isEnoughMs = world.nowMs() + random.below(40) * secondMs;
  const step = () => {
    const lease = reader.take();
    lease?.release();
    const isOver = reader.isAtEnd || reader.closed || reader.error !== undefined;
    if (isOver || world.nowMs() > isEnoughMs) reader.close();
    else world.after(pauseMs, step);
  };
  step();
}

export const steering: Scenario = {
  name: 'steering',
  about: 'priorities, order, rechecks and readers change while everybody loads',
  prepare: (swarm) => {
    const { world } = swarm;
    swarm.makeContent(swarm.between(10, 80), 16 * kib * 2 ** swarm.random.below(4));
    swarm.addSeed();
    const undecided = swarm.addLeechers(swarm.size(5), () => ({
      downBytesPerSecond: 256 * kib,
      upBytesPerSecond: 128 * kib,
      startMs: swarm.random.below(5000),
      slabBudgetBytes: kib * (swarm.random.below(3) === 0 ? 300 : 4096),
    }));
    for (const peer of undecided) world.at(5001, () => changeMind(swarm, peer));
    world.at(decidedMs, () => {
      for (const peer of undecided) {
        const content = peer.torrent?.content;
        const files = content?.layout.files.length ?? 0;
        content?.setFilePriorities(new Uint8Array(files).fill(filePriority.normal));
        peer.completedAtMs = undefined;
      }
    });
    swarm.addLeechers(1, () => ({ startMs: decidedMs }));
    return {
      deadlineMs: decidedMs + 5 * 60 * secondMs,
      verify: () => {
        for (const { name, torrent } of undecided) {
          ensure(torrent?.content?.leftBytes === 0, () => `${name} does not have everything`);
        }
      },
    };
  },
};
