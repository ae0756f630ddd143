import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InfoHash, TorrentStatus } from '../daemon/client/client-types.ts';
import { styleFor } from './style.ts';
import { textWidth } from './text-width.ts';
import { transferLine, transferState } from './transfer-line.ts';

const plain = styleFor('never', { isTerminal: true, env: {} });
const MiB = 2 ** 20;
const GiB = 2 ** 30;

function status(changes: Partial<TorrentStatus> = {}): TorrentStatus {
  return {
    infoHash: '7c1b'.repeat(10) as InfoHash,
    name: 'holiday',
    phase: 'downloading',
    lengthBytes: 3.4 * GiB,
    wantedBytes: 3.4 * GiB,
    doneBytes: 2.15 * GiB,
    checkedFraction: undefined,
    pieceCount: 3482,
    pieceLength: 16_384,
    isPrivate: false,
    piecesDone: 2200,
    downRate: 97.3 * MiB,
    upRate: 12 * MiB,
    downloadedBytes: 2.15 * GiB,
    uploadedBytes: 1.2 * GiB,
    wastedBytes: 0,
    connectedPeers: 3,
    connectedSeeders: 1,
    giverCount: 0,
    knownCandidates: 3,
    availability: undefined,
    seedingForMs: 0,
    swarmSeeders: 1,
    swarmLeechers: 3,
    etaSeconds: 13,
    stalled: undefined,
    error: undefined,
    ...changes,
  };
}

function line(of: TorrentStatus, columns = 120): string {
  return transferLine(of, { columns, style: plain, port: 6881 });
}

test('a download shows how far, how fast, with whom and how long', () => {
  assert.equal(
    line(status()),
    '  holiday   ━━━━━━━━━━━━╸───────  63%   2.1 of 3.4 GiB   ↓ 97.3 MiB/s  ↑ 12.0 MiB/s   3 peers   13 s left',
  );
});

test('seeding shows the port, what was given and the ratio', () => {
  assert.equal(
    line(status({ phase: 'seeding', doneBytes: 3.4 * GiB, upRate: 41.2 * MiB })),
    '  seeding on port 6881   ↑ 41.2 MiB/s to 3 peers   1.2 GiB given   ratio 0.35      Ctrl-C to stop',
  );
});

test('when it stands still the reason takes the place of rates', () => {
  const stalled = { code: 'ALL_CHOKE', message: '12 peers, all choke us' };
  const text = line(status({ stalled, downRate: 0, etaSeconds: undefined }));
  assert.match(text, / {3}12 peers, all choke us$/);
  assert.match(line(status({ stalled }), 50), /12 peers, all choke us$/);
});

test('a download at its limit still shows its rate', () => {
  const stalled = { code: 'LIMITED', message: "limited to 2 MiB/s by the torrent's limit" };
  assert.match(line(status({ stalled, downRate: 2 * MiB })), /↓ 2\.0 MiB\/s/);
});

test('trouble is red, progress is accent, and nothing else has colour', () => {
  const style = styleFor('always', { isTerminal: false, env: {} });
  const error = { code: 'ENOSPC', message: 'disk full: /data needs 1.2 GiB more', path: '/data' };
  const text = transferLine(status({ phase: 'error', error }), { columns: 120, style, port: 1 });
  assert.ok(text.includes('\u001b[31mdisk full: /data needs 1.2 GiB more\u001b[39m'));
  assert.ok(text.includes('\u001b[36m━'));
  // Two colours, each opened and closed once.
  assert.equal(text.split('\u001b').length - 1, 4);
});

test('every phase fits every width, and the essential stays longest', () => {
  const name = 'a-very-long-name-of-a-holiday-in-the-mountains-with-everybody.1080p.mkv';
  const stalled = {
    code: 'TRACKER',
    message: 'no tracker answers (http://10.0.0.5:6969: connection refused, next try in 40 s)',
  };
  const phases = ['metadata', 'checking', 'downloading', 'seeding', 'stopped', 'error'] as const;
  for (const phase of phases) {
    for (const reason of [undefined, stalled]) {
      const of = status({ name, phase, stalled: reason, checkedFraction: 0.5 });
      for (let columns = 1; columns <= 200; columns++) {
        const text = line(of, columns);
        assert.ok(textWidth(text) <= columns, `${phase} at ${columns}: ${text}`);
      }
    }
  }
  assert.match(line(status({ name }), 30), /a-very.*\.mkv.* 63%/);
  assert.match(line(status({ name }), 60), /97\.3 MiB\/s/);
});

test('a hostile name is only text', () => {
  assert.ok(!line(status({ name: '\u001b]0;owned\u0007\u202e' })).includes('\u001b'));
});

test('an empty torrent and a new phase are told apart', () => {
  assert.match(line(status({ wantedBytes: 0, doneBytes: 0 })), / 0%/);
  const stalled = { code: 'NO_PEERS', message: 'no peers found' };
  assert.notEqual(transferState(status()), transferState(status({ stalled })));
});
