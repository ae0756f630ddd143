import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SettingsChange } from '../../api/contract/torrents.ts';
import { SaveFolders } from '../content/save-folders.ts';
import { SessionStore } from '../session/session-store.ts';
import { DaemonSettings } from './daemon-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-settings-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

class Rig {
  readonly #path = join(folder, `${++count}.sqlite`);
  #store = new SessionStore(this.#path);

  open(configured: SettingsChange = {}, allowed: readonly string[] = []): DaemonSettings {
    this.#store.close();
    this.#store = new SessionStore(this.#path);
    const dir = configured.dir ?? join(folder, 'downloads');
    return new DaemonSettings({
      store: this.#store,
      folders: new SaveFolders(dir, allowed),
      configured,
      fixed: { allowDirs: [...allowed], watchDir: null, onComplete: false, peerPort: 1 },
    });
  }

  close(): void {
    this.#store.close();
  }
}

test('a change goes before the configuration until the configuration says something else', async () => {
  const rig = new Rig();
  const first = rig.open({ downLimit: 1000, seedRatio: 2 });
  assert.equal(first.get().downLimit, 1000);
  assert.equal(first.get().maxActiveDownloads, 5);
  await first.change({ downLimit: null, alternative: { schedule: { from: '01:00' } } });
  assert.equal(first.get().downLimit, null);
  assert.equal(first.get().alternative.schedule.to, '20:00');

  const again = rig.open({ downLimit: 1000, seedRatio: 2 });
  assert.equal(again.get().downLimit, null);
  assert.equal(again.get().alternative.schedule.from, '01:00');
  await again.applyFile({ downLimit: 1000, seedRatio: 3 });
  assert.deepEqual([again.get().downLimit, again.get().seedRatio], [null, 3]);
  await again.applyFile({ downLimit: 2000 });
  assert.deepEqual([again.get().downLimit, again.get().seedRatio], [2000, null]);

  // Back to the old value: nobody spoke of it over the network since.
  assert.equal(rig.open({ downLimit: 1000 }).get().downLimit, 1000);
  rig.close();
});

test('a configuration that was edited while the daemon was away is the last to have spoken', async () => {
  const rig = new Rig();
  await rig.open({ upLimit: 10 }).change({ upLimit: 20, maxPeers: 7 });
  const next = rig.open({ upLimit: 30 });
  assert.deepEqual([next.get().upLimit, next.get().maxPeers], [30, 7]);
  rig.close();
});

test('a bad change is refused as a whole', async () => {
  const rig = new Rig();
  const settings = rig.open();
  const before = settings.get();
  const bad: object[] = [
    { downLimit: 5, maxPeers: 0 },
    { downLimit: 5, nonsense: 1 },
    { downLimit: 5, alternative: { schedule: { from: '25:00' } } },
    { downLimit: 5, fixed: { peerPort: 3 } },
  ];
  for (const change of bad) {
    await assert.rejects(settings.change(change), { code: 'BAD_REQUEST' }, JSON.stringify(change));
  }
  await assert.rejects(settings.change({ downLimit: 5, dir: '/etc' }), { code: 'FORBIDDEN_DIR' });
  assert.deepEqual(settings.get(), before);
  assert.deepEqual(rig.open().get(), before);
  rig.close();
});

test('the folder stays within what the owner allows, also after they allow less', async () => {
  const rig = new Rig();
  const media = join(folder, 'media');
  const settings = rig.open({}, [media]);
  assert.equal((await settings.change({ dir: join(media, 'films') })).dir, join(media, 'films'));
  assert.equal(rig.open({}, [media]).get().dir, join(media, 'films'));
  assert.equal(rig.open().get().dir, join(folder, 'downloads'));
  rig.close();
});

test('listeners are told what changed', async () => {
  const rig = new Rig();
  const settings = rig.open();
  const told: string[][] = [];
  const stop = settings.onChange((_, changed) => told.push([...changed]));
  await settings.change({ downLimit: 1, alternative: { enabled: true } });
  settings.switchByClock(false);
  assert.equal(settings.get().alternative.enabled, false);
  await settings.change({ alternative: { enabled: true } });
  stop();
  await settings.change({ downLimit: 2 });
  assert.deepEqual(told, [
    ['downLimit', 'alternative.enabled'],
    ['alternative.enabled'],
    ['alternative.enabled'],
  ]);
  rig.close();
});
