import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleSettings, sampleTorrent } from './sample-torrent-fixture.test.ts';
import { torrentObject } from './torrent-object.ts';
import { passesFilter, stateName } from './torrent-state.ts';

const settings = sampleSettings();

describe('a torrent as qBittorrent shows it', () => {
  it('has sizes of what is wanted and of everything, and paths that differ', () => {
    const object = torrentObject(sampleTorrent(), settings);
    assert.equal(object.size, 800);
    assert.equal(object.total_size, 1000);
    assert.equal(object.amount_left, 600);
    assert.equal(object.save_path, '/data');
    assert.notEqual(object.content_path, object.save_path);
    assert.equal(object.tags, 'one, two');
    assert.equal(object.added_on, 1767323045);
    assert.equal(object.num_leechs, 2);
  });

  it('says 8640000 while nobody knows how long it takes', () => {
    assert.equal(torrentObject(sampleTorrent(), settings).eta, 8_640_000);
    assert.equal(torrentObject(sampleTorrent({ etaSeconds: 12.6 }), settings).eta, 13);
  });

  it('tells its own goals from those of the daemon', () => {
    const goals = (seedRatio?: number | 'unlimited') => {
      const { ratio_limit, max_ratio } = torrentObject(sampleTorrent({ seedRatio }), settings);
      return [ratio_limit, max_ratio];
    };
    assert.deepEqual(goals(), [-2, 2]);
    assert.deepEqual(goals(1.5), [1.5, 1.5]);
    assert.deepEqual(goals('unlimited'), [-1, -1]);
    const timed = torrentObject(sampleTorrent({ seedTimeSeconds: 3600 }), settings);
    assert.deepEqual([timed.seeding_time_limit, timed.max_seeding_time], [60, 60]);
  });

  it('has the words for its state that clients compare', () => {
    const completedAt = '2026-01-02T03:04:05.000Z';
    const cases = [
      ['metaDL', { state: 'metadata' }],
      ['forcedMetaDL', { state: 'metadata', forced: true }],
      ['checkingDL', { state: 'checking' }],
      ['checkingUP', { state: 'checking', completedAt }],
      ['moving', { state: 'moving' }],
      ['queuedDL', { state: 'queued' }],
      ['queuedUP', { state: 'queued', completedAt }],
      ['stalledDL', { state: 'downloading' }],
      ['downloading', { state: 'downloading', downRate: 1 }],
      ['forcedDL', { state: 'downloading', forced: true }],
      ['stalledUP', { state: 'seeding', completedAt }],
      ['uploading', { state: 'seeding', completedAt, upRate: 1 }],
      ['forcedUP', { state: 'seeding', completedAt, forced: true }],
      ['stoppedDL', { state: 'stopped' }],
      ['stoppedUP', { state: 'stopped', completedAt }],
      ['error', { state: 'error', error: { code: 'DISK_FULL', message: '' } }],
    ] as const;
    for (const [word, change] of cases) assert.equal(stateName(sampleTorrent(change)), word);
  });

  it('is let through by the filters that fit it', () => {
    const stopped = sampleTorrent({ state: 'stopped' });
    for (const filter of ['all', 'downloading', 'stopped', 'paused', 'inactive', 'unheard-of']) {
      assert.equal(passesFilter(stopped, filter), true, filter);
    }
    for (const filter of ['seeding', 'completed', 'running', 'active', 'errored', 'constructor']) {
      assert.equal(passesFilter(stopped, filter), filter === 'constructor', filter);
    }
  });
});
