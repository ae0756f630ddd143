import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionInfo, TorrentChanges, TorrentInfo } from '../contract/torrents.ts';
import type { Category } from '../service/daemon-ports.ts';
import { MainData } from './main-data.ts';
import { sampleSettings, sampleTorrent } from './sample-torrent-fixture.test.ts';

/** A daemon as far as maindata looks at one: every change is a revision. */
class Stand {
  readonly torrents = new Map<string, { info: TorrentInfo; revision: number }>();
  readonly removed: { hash: string; revision: number }[] = [];
  labels: string[] = [];
  categories: Category[] = [];
  revision = 10;

  put(info: TorrentInfo): void {
    this.torrents.set(info.hash, { info, revision: ++this.revision });
  }

  remove(hash: string): void {
    this.torrents.delete(hash);
    this.removed.push({ hash, revision: ++this.revision });
  }

  changes(since: number | undefined): TorrentChanges {
    const full = since === undefined;
    const isNew = (revision: number) => full || revision > since;
    return {
      revision: this.revision,
      full,
      torrents: [...this.torrents.values()]
        .filter((one) => isNew(one.revision))
        .map((one) => one.info),
      removed: full ? [] : this.removed.filter((one) => isNew(one.revision)).map((one) => one.hash),
      session: { counts: {} } as SessionInfo,
    };
  }

  mainData(): MainData {
    const ports = {
      torrents: { changes: (since: number | undefined) => this.changes(since) },
      settings: { get: () => sampleSettings() },
      labels: { labels: () => this.labels, categories: () => this.categories },
    };
    return new MainData(ports, 1);
  }
}

const [one, two] = ['11'.repeat(20), '22'.repeat(20)];
const url = 'http://10.0.0.5:6969/announce';

describe('maindata', () => {
  it('is everything at first, and after an answer that nobody remembers', () => {
    const stand = new Stand();
    stand.put(sampleTorrent({ hash: one, tracker: url }));
    const mainData = stand.mainData();
    for (const rid of [0, 12345]) {
      const answer = mainData.answer(rid);
      assert.equal(answer.full_update, true);
      assert.deepEqual(Object.keys(answer.torrents as object), [one]);
      assert.deepEqual(answer.trackers, { [url]: [one] });
      assert.deepEqual(answer.tags, []);
    }
  });

  it('is afterwards what changed', () => {
    const stand = new Stand();
    stand.put(sampleTorrent({ hash: one, tracker: url }));
    stand.put(sampleTorrent({ hash: two }));
    const mainData = stand.mainData();
    const { rid } = mainData.answer(0);
    stand.put(sampleTorrent({ hash: two, name: 'other', tracker: url }));
    stand.remove(one);
    stand.labels = ['new'];
    stand.categories = [{ name: 'films', dir: '/films' }];
    const answer = mainData.answer(Number(rid));
    assert.equal(answer.full_update, undefined);
    assert.deepEqual(Object.keys(answer.torrents as object), [two]);
    assert.deepEqual(answer.torrents_removed, [one]);
    assert.deepEqual(answer.trackers, { [url]: [two] });
    assert.deepEqual(answer.tags, ['new']);
    assert.deepEqual(answer.categories, { films: { name: 'films', savePath: '/films' } });
    const later = mainData.answer(Number(answer.rid));
    assert.deepEqual(later.torrents, {});
    for (const key of ['tags', 'trackers', 'categories', 'torrents_removed']) {
      assert.equal(later[key], undefined, key);
    }
  });

  it('names what went, to each client once', () => {
    const stand = new Stand();
    stand.put(sampleTorrent({ hash: one, tracker: url }));
    stand.labels = ['old'];
    stand.categories = [{ name: 'films' }];
    const mainData = stand.mainData();
    const rids = [mainData.answer(0).rid, mainData.answer(0).rid].map(Number);
    stand.labels = [];
    stand.categories = [];
    stand.remove(one);
    for (const rid of rids) {
      const answer = mainData.answer(rid);
      assert.deepEqual(answer.tags_removed, ['old']);
      assert.deepEqual(answer.categories_removed, ['films']);
      assert.deepEqual(answer.trackers_removed, [url]);
      assert.equal(mainData.answer(Number(answer.rid)).tags_removed, undefined);
    }
  });
});
