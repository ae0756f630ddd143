import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupSync } from './group-sync.ts';

/** Syncs that end when they are told to. */
class Syncs {
  readonly open: PromiseWithResolvers<void>[] = [];
  readonly group = new GroupSync(() => {
    const sync = Promise.withResolvers<void>();
    this.open.push(sync);
    return sync.promise;
  });

  /** Of the promises, those that are settled. */
  async settled(promises: readonly Promise<void>[]): Promise<number> {
    let count = 0;
    for (const promise of promises) {
      promise.then(
        () => count++,
        () => count++,
      );
    }
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return count;
  }
}

test('who asks while a sync is under way waits for the next, together', async () => {
  const syncs = new Syncs();
  const first = syncs.group.flushed();
  const late = [syncs.group.flushed(), syncs.group.flushed(), syncs.group.flushed()];
  assert.equal(syncs.open.length, 1);
  syncs.open[0]?.resolve();
  await first;
  assert.equal(await syncs.settled(late), 0);
  assert.equal(syncs.open.length, 2);
  syncs.open[1]?.resolve();
  assert.equal(await syncs.settled(late), 3);
  const last = syncs.group.flushed();
  assert.equal(syncs.open.length, 3);
  syncs.open[2]?.resolve();
  await last;
});

test('a failure is told to those it concerns, and the next try is another', async () => {
  const syncs = new Syncs();
  const first = syncs.group.flushed();
  const second = syncs.group.flushed();
  syncs.open[0]?.reject(new Error('the disk is gone'));
  await assert.rejects(first, /gone/);
  assert.equal(syncs.open.length, 2);
  syncs.open[1]?.resolve();
  await second;
});
