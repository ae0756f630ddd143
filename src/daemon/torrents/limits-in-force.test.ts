import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SaveFolders } from '../content/save-folders.ts';
import { SessionStore } from '../session/session-store.ts';
import { DaemonSettings } from './daemon-settings.ts';
import { LimitsInForce } from './limits-in-force.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-limits-'));
const store = new SessionStore(join(folder, 'session.sqlite'));
after(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const everyDay = [0, 1, 2, 3, 4, 5, 6];

test('the clock switches at the ends of a period, and in between people do', async () => {
  const settings = new DaemonSettings({
    store,
    folders: new SaveFolders(folder, []),
    configured: {
      downLimit: 100,
      alternative: { downLimit: 10, upLimit: 5 },
    },
    fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 1 },
  });
  const told: object[] = [];
  let time = '08:59';
  const clock = () => new Date(`2026-11-20T${time}:00`);
  const client = { setLimits: (now: object) => void told.push(now) };
  const limits = new LimitsInForce(client, settings, clock);
  const lookAt = (next: string) => {
    time = next;
    limits.look();
  };
  assert.deepEqual(told, [{ downLimit: 100 }]);
  await settings.change({ alternative: { enabled: true } });
  assert.deepEqual(told.at(-1), { downLimit: 10, upLimit: 5 });
  await settings.change({ alternative: { enabled: false } });
  assert.deepEqual(limits.now, { alternativeLimits: false, downLimit: 100 });

  const schedule = { enabled: true, from: '09:00', to: '17:00', days: everyDay };
  await settings.change({ alternative: { schedule } });
  lookAt('08:59');
  assert.equal(limits.now.alternativeLimits, false);
  lookAt('09:00');
  assert.deepEqual(limits.now, { alternativeLimits: true, downLimit: 10, upLimit: 5 });
  await settings.change({ alternative: { enabled: false } });
  lookAt('12:00');
  assert.equal(limits.now.alternativeLimits, false, 'a person wants it so until the period ends');
  lookAt('17:00');
  lookAt('09:30');
  assert.equal(limits.now.alternativeLimits, true);

  await settings.change({ alternative: { schedule: { enabled: false } } });
  assert.equal(limits.now.alternativeLimits, false);
  const count = told.length;
  lookAt('10:00');
  assert.equal(told.length, count, 'the client is told of changes only');
});
