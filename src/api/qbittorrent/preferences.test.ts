import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DaemonRefusal } from '../service/refusal.ts';
import { changeOf, preferencesObject } from './preferences.ts';
import { sampleSettings } from './sample-torrent-fixture.test.ts';

const settings = sampleSettings();
const change = (wishes: unknown) => changeOf(JSON.stringify(wishes), settings);

describe('preferences', () => {
  it('say the settings in the names and units of qBittorrent', () => {
    const preferences = preferencesObject(settings);
    assert.equal(preferences.dl_limit, 0);
    assert.equal(preferences.up_limit, 5000);
    assert.equal(preferences.max_ratio_enabled, true);
    assert.equal(preferences.max_ratio, 2);
    assert.equal(preferences.max_ratio_act, 0);
    assert.equal(preferences.schedule_from_min, 30);
    assert.equal(preferences.schedule_to_hour, 17);
    assert.equal(preferences.scheduler_days, 1);
    assert.equal(preferences.dht, false);
  });

  it('are changed one by one', () => {
    assert.deepEqual(change({ dl_limit: 1024, up_limit: 0 }), { downLimit: 1024, upLimit: null });
    assert.deepEqual(change({ max_active_downloads: 3, max_active_uploads: -1 }), {
      maxActiveDownloads: 3,
      maxActiveSeeds: null,
    });
    assert.deepEqual(change({ queueing_enabled: false }), {
      maxActiveDownloads: null,
      maxActiveSeeds: null,
    });
    assert.deepEqual(change({ schedule_from_hour: 9, scheduler_days: 9 }), {
      alternative: { schedule: { from: '09:30', days: [0] } },
    });
    assert.deepEqual(change({ max_seeding_time_enabled: true, max_seeding_time: 90 }), {
      seedTimeSeconds: 5400,
    });
    assert.deepEqual(change({ max_ratio_enabled: false }), { seedRatio: null });
    assert.deepEqual(change({ add_stopped_enabled: true }), { startAdded: false });
  });

  it('that run programs, or that nobody knows, change nothing', () => {
    const wishes = { autorun_enabled: true, autorun_program: 'touch /tmp/x', web_ui_port: 1 };
    assert.deepEqual(change({ ...wishes, dht: true, unheard_of: [] }), {});
  });

  it('of the wrong type are refused by name', () => {
    for (const [name, value] of [
      ['dl_limit', 'fast'],
      ['scheduler_enabled', 1],
      ['save_path', 7],
    ]) {
      assert.throws(
        () => change({ [String(name)]: value }),
        (error) => error instanceof DaemonRefusal && error.details.field === name,
      );
    }
  });

  it('never end in anything but a change or a refusal', () => {
    const names = Object.keys(preferencesObject(settings));
    const wishes = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          wishes.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (json) => {
          try {
            assert.equal(typeof changeOf(json, settings), 'object');
          } catch (error) {
            assert.ok(error instanceof DaemonRefusal, String(error));
          }
        },
      ),
    );
  });
});
