/**
 * Runs one scenario with one seed to its end: everybody completes, the tracker knows the truth,
 * everybody leaves and nothing is left behind.
 */
import { checkGone, checkPeer, checkPeerThoroughly } from './checkers.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { ensure, SimFailure } from './sim-failure.ts';
import type { SimPeer } from './sim-peer.ts';
import { announceIntervalMs, peerTimeoutMs } from './sim-tracker.ts';
import { Swarm, type SwarmOptions } from './swarm.ts';

export interface ScenarioResult {
  readonly trace: string;
  readonly events: number;
  /** When the last peer completed. */
  readonly completedMs: number;
  readonly leechers: number;
  /** The least it could have taken; see fluid-bound.ts. */
  readonly fluidMs: number;
  /** How many times the file left the seeds. */
  readonly seedCopies: number;
  /** Part of all received payload that was of no use. */
  readonly wasted: number;
}

/** In virtual time. */
const lookMs = 500;
/** A thorough look at one peer in so many looks. */
const thoroughEvery = 40;
const leaveMs = 30_000;

export function runScenario(scenario: Scenario, options: SwarmOptions): ScenarioResult {
  const swarm = new Swarm(options);
  const { world } = swarm;
  try {
    const expectation = scenario.prepare(swarm);
    startChecks(swarm);
    complete(swarm, expectation);
    const completedMs = world.nowMs();
    expectation.verify?.();
    if (expectation.skipsTracker !== true) checkTracker(swarm);
    const result = summary(swarm, completedMs);
    leave(swarm);
    return { ...result, trace: world.trace.hash, events: world.eventCount };
  } catch (error) {
    const at = `after ${seconds(world.nowMs())}`;
    if (error instanceof SimFailure) throw new SimFailure(`${at}: ${error.message}`);
    const message = error instanceof Error ? error.message : String(error);
    throw new SimFailure(`${at}: ${message}`, { cause: error });
  }
}

function startChecks(swarm: Swarm): void {
  const { world } = swarm;
  const random = world.forkRandom();
  if (swarm.options.strict === true) {
    world.onEvent = () => {
      for (const peer of swarm.peers) checkPeerThoroughly(peer);
    };
  }
  world.every(lookMs, lookMs, () => {
    for (const peer of swarm.peers) {
      checkPeer(peer);
      if (random.below(thoroughEvery) === 0) checkPeerThoroughly(peer);
    }
  });
}

function complete(swarm: Swarm, expectation: Expectation): void {
  const { world } = swarm;
  const expected = () => expectation.completing?.() ?? swarm.leechers;
  let nextLookMs = 0;
  const isDone = () => {
    if (world.nowMs() < nextLookMs) return false;
    nextLookMs = world.nowMs() + lookMs;
    return expected().every((peer) => peer.completedAtMs !== undefined);
  };
  if (world.runUntil(expectation.deadlineMs, isDone)) return;
  const late = expected().filter((peer) => peer.completedAtMs === undefined);
  const said = late.slice(0, 5).map(describe).join('\n  ');
  throw new SimFailure(`${late.length} of ${expected().length} did not complete:\n  ${said}`);
}

function describe(peer: SimPeer): string {
  const { torrent } = peer;
  const content = torrent?.content;
  if (torrent === undefined) return `${peer.name} does not run`;
  if (content === undefined) return `${peer.name} has no metadata`;
  const lines = [
    `${peer.name}: ${content.picker.verified.count}/${content.layout.pieceCount} pieces` +
      (content.checking ? ', checking' : '') +
      (content.error === undefined ? '' : `, ${content.error.message}`) +
      (content.downloads.starved ? ', starved' : '') +
      `, ${torrent.book.candidateCount} candidates (${torrent.book.idleCount} idle)`,
  ];
  for (const session of torrent.connections.all()) {
    lines.push(
      `    ${session.endpoint.host} ${session.have.count} pieces` +
        `${session.amInterested ? ' am-interested' : ''}${session.peerChoking ? ' peer-choking' : ''}` +
        `${session.peerInterested ? ' peer-interested' : ''}${session.amChoking ? ' am-choking' : ''}` +
        `${session.snubbed ? ' snubbed' : ''} requests ${session.requests.size}` +
        ` unanswered ${session.unansweredBlocks} uploads ${session.uploads.size}` +
        ` queued ${session.link.queuedBytes} got ${session.down.totalBytes}`,
    );
  }
  for (const { piece, blocks, outstanding, parked } of content.picker.partialPieces()) {
    lines.push(
      `    piece ${piece}: ${blocks.join('')} outstanding ${outstanding}${parked ? ' parked' : ''}`,
    );
  }
  return lines.join('\n');
}

/** Once everybody had time to announce, what the tracker believes is so. */
function checkTracker(swarm: Swarm): void {
  const { world, tracker, content } = swarm;
  world.runUntil(world.nowMs() + peerTimeoutMs + announceIntervalMs, () => false);
  const running = swarm.peers.filter((peer) => peer.isRunning);
  const honestSeeders = running.filter((peer) => peer.torrent?.content?.leftBytes === 0).length;
  const leechers = running.length - honestSeeders;
  // Faulty peers say that they have everything.
  const seeders = honestSeeders + swarm.faulty.length;
  const view = tracker.view(content.infoHash);
  const told = `the tracker counts ${view.seeders} seeders and ${view.leechers} leechers`;
  ensure(
    view.seeders === seeders && view.leechers === leechers,
    () => `${told}, there are ${seeders} and ${leechers}`,
  );
}

function summary(swarm: Swarm, completedMs: number): Omit<ScenarioResult, 'trace' | 'events'> {
  let seedBytes = 0;
  let receivedBytes = 0;
  let wastedBytes = 0;
  for (const peer of swarm.peers) {
    const totals = peer.totals();
    if (peer.options.isSeed) seedBytes += totals.uploadedBytes;
    receivedBytes += totals.downloadedBytes;
    wastedBytes += totals.wastedBytes;
  }
  return {
    completedMs,
    leechers: swarm.leechers.length,
    fluidMs: swarm.fluidBoundMs(),
    seedCopies: seedBytes / swarm.content.lengthBytes,
    wasted: receivedBytes === 0 ? 0 : wastedBytes / receivedBytes,
  };
}

function leave(swarm: Swarm): void {
  const { world, tracker } = swarm;
  const leaving = swarm.peers.filter((peer) => peer.isRunning);
  let out = 0;
  for (const peer of leaving) {
    peer.leave(() => {
      out++;
    });
  }
  world.runUntil(world.nowMs() + leaveMs, () => out === leaving.length);
  // What closing links say to the other ends is still on the way.
  world.runUntil(world.nowMs() + 2000, () => false);
  for (const peer of leaving) checkGone(peer);
  const view = tracker.view(swarm.content.infoHash);
  const left = view.seeders + view.leechers - swarm.faulty.length;
  ensure(
    left <= 0 || tracker.state !== 'up',
    () => `all left, and the tracker still counts ${left}`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
