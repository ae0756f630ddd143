/** A folder goes from one seeder to many through our tracker, as separate processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestsOf } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

for (const transport of ['http', 'udp'] as const) {
  test(`three leechers get a folder through our tracker over ${transport}, and share it on`, () =>
    Stage.set(async (stage) => {
      const folder = await stage.content();
      const tracker = await stage.tracker();
      const file = stage.path('shared.torrent');
      const seeder = stage.transfer(['seed', folder, '-a', tracker[transport], '-o', file]);
      await seeder.until('complete');
      const leechers = [1, 2, 3].map((n) => {
        const dir = stage.path(`leecher-${n}`);
        return { dir, process: stage.transfer(['get', file, '-o', dir]) };
      });
      const wanted = await digestsOf(stage.path('origin'));
      for (const { dir, process } of leechers) {
        await process.until('complete');
        assert.deepEqual(await digestsOf(dir), wanted);
      }

      // The one who had it first leaves; the others go on without it.
      assert.equal(await seeder.interrupt(), 0);
      const late = stage.path('late');
      const latecomer = stage.transfer(['get', file, '-o', late, '--exit']);
      await latecomer.until('complete');
      assert.equal(await latecomer.ended, 0);
      assert.deepEqual(await digestsOf(late), wanted);
      const codes = await Promise.all(leechers.map(({ process }) => process.interrupt()));
      assert.deepEqual(codes, [0, 0, 0]);
    }));
}
