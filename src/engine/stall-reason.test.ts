import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StallSnapshot } from './stall-reason.ts';
import { stallReasons } from './stall-reason.ts';
import type { TrackerStatus } from './tracker-status.ts';

function snapshot(over: Partial<StallSnapshot> = {}): StallSnapshot {
  return {
    phase: 'downloading',
    downRate: 0,
    waitsForDisk: false,
    queuedBehind: 0,
    connectedPeers: 0,
    usefulPeers: 0,
    chokingPeers: 0,
    quietForMs: 60_000,
    dialingPeers: 0,
    idleCandidates: 0,
    absentPieces: undefined,
    pieceCount: 900,
    trackers: [],
    ...over,
  };
}

function tracker(over: Partial<TrackerStatus> = {}): TrackerStatus {
  return {
    url: 'http://10.0.0.5:6969',
    tier: 0,
    state: 'failed',
    lastMessage: 'connection refused',
    failures: 1,
    nextAnnounceInMs: 39_500,
    ...over,
  };
}

const first = (over: Partial<StallSnapshot>) => {
  const reason = stallReasons(snapshot(over))[0];
  return reason === undefined ? undefined : `${reason.code}: ${reason.message}`;
};

test('each cause has its sentence', () => {
  const cases: [Partial<StallSnapshot>, string][] = [
    [
      { diskError: 'disk full: /data needs 1.2 GiB more' },
      'DISK_ERROR: disk full: /data needs 1.2 GiB more',
    ],
    [{ waitsForDisk: true }, 'DISK_BUSY: waiting for the disk'],
    [{ queuedBehind: 3 }, 'QUEUED: waiting in the queue behind 3 downloads'],
    [
      { downRate: 2_050_000, limit: { bytesPerSecond: 2 * 1024 * 1024, owner: 'daemon' } },
      "LIMITED: limited to 2 MiB/s by the daemon's limit",
    ],
    [{ dialingPeers: 1, idleCandidates: 5 }, 'CONNECTING: connecting to 1 peer'],
    [
      { idleCandidates: 5 },
      'PEERS_UNREACHABLE: 5 known peers cannot be reached, and will be tried again',
    ],
    [{}, 'NO_SOURCES: no tracker to ask and no peer known'],
    [{ trackers: [tracker({ state: 'working', failures: 0 })] }, 'NO_PEERS: no peers found yet'],
    [{ trackers: [tracker({ state: 'announcing', failures: 0 })] }, 'NO_PEERS: no peers found yet'],
    [
      { trackers: [tracker(), tracker({ url: 'http://b', nextAnnounceInMs: 90_000 })] },
      'NO_TRACKER: no tracker answers (http://10.0.0.5:6969: connection refused, next try in 40 s)',
    ],
    [{ connectedPeers: 12, usefulPeers: 12, chokingPeers: 12 }, 'CHOKED: 12 peers, all choke us'],
    [{ connectedPeers: 1, usefulPeers: 1, chokingPeers: 1 }, 'CHOKED: 1 peer, which chokes us'],
    [
      { connectedPeers: 4, absentPieces: { first: 412, count: 3 } },
      'PIECES_ABSENT: nobody online has piece 412 (3 of 900 pieces missing from the swarm)',
    ],
    [
      { connectedPeers: 4, usefulPeers: 3, chokingPeers: 1 },
      'PEERS_SILENT: 2 peers may be asked, but nothing has come for a while',
    ],
    [
      { phase: 'metadata', connectedPeers: 2 },
      "NO_METADATA: 2 peers, none has sent the torrent's metadata yet",
    ],
    [
      { phase: 'metadata', waitsForHashes: true, connectedPeers: 1 },
      'NO_HASHES: 1 peer, which has not sent the hashes of all pieces yet',
    ],
  ];
  for (const [over, sentence] of cases) assert.equal(first(over), sentence);
});

test('what flows has no reason, unless a limit holds it', () => {
  const flowing = { downRate: 100_000, connectedPeers: 3, usefulPeers: 3, chokingPeers: 3 };
  assert.deepEqual(stallReasons(snapshot({ ...flowing, waitsForDisk: true })), []);
  const limit = { bytesPerSecond: 100_000, owner: 'torrent' as const };
  assert.equal(stallReasons(snapshot({ ...flowing, limit })).length, 1);
});

test('the most telling reason comes first', () => {
  const reasons = stallReasons(
    snapshot({
      diskError: 'disk full: /data',
      trackers: [tracker()],
      unreachablePort: 6881,
      limit: { bytesPerSecond: 0, owner: 'daemon' },
    }),
  );
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['DISK_ERROR', 'LIMITED', 'NO_TRACKER', 'PORT_UNREACHABLE'],
  );
  assert.equal(
    reasons[3]!.message,
    'our port 6881 cannot be reached, so only peers we dial can help',
  );
});

test('a torrent that stands still always has a reason, in one calm line', () => {
  const situations = fc.record({
    phase: fc.constantFrom('metadata' as const, 'downloading' as const),
    waitsForDisk: fc.boolean(),
    queuedBehind: fc.nat(2),
    connectedPeers: fc.nat(3),
    usefulPeers: fc.nat(3),
    chokingPeers: fc.nat(3),
    dialingPeers: fc.nat(2),
    idleCandidates: fc.nat(2),
    absentPieces: fc.constantFrom(undefined, { first: 1, count: 1 }),
    trackers: fc.array(
      fc
        .record({
          state: fc.constantFrom('idle', 'announcing', 'working', 'failed'),
          failures: fc.nat(2),
          nextAnnounceInMs: fc.nat(1e7),
        })
        .map((over) => tracker(over as Partial<TrackerStatus>)),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(situations, (over) => {
      const reasons = stallReasons(snapshot(over));
      assert.ok(reasons.length > 0);
      for (const { code, message } of reasons) {
        assert.match(code, /^[A-Z_]+$/);
        assert.doesNotMatch(message, /undefined|NaN|Infinity|!|\n/);
      }
    }),
  );
});

test('a peer that was just asked is not called silent', () => {
  const asked = { connectedPeers: 1, usefulPeers: 1 };
  assert.match(first({ ...asked, quietForMs: 300 }) ?? '', /^NOTHING_YET/);
  assert.match(first({ ...asked, quietForMs: 6000 }) ?? '', /^PEERS_SILENT/);
});
