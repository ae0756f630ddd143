/** The options of `shoal create` mean what mktorrent's mean: the same info-hash for the same content. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { missingCommand } from './programs/installed.ts';
import { runShoal } from './programs/shoal.ts';
import { Workspace } from './workspace.ts';

const workspace = await Workspace.open();
after(() => workspace.close());
const url = 'http://127.0.0.1:6969/announce';

async function infoHashOf(file: string): Promise<unknown> {
  const { status, lines, log } = await runShoal(['show', file]);
  assert.equal(status, 0, log);
  return lines[0]?.infoHash;
}

const cases: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['no options but the piece length', ['-l', '18']],
  ['private with a source', ['-l', '16', '-p', '-s', 'somewhere']],
  ['another name', ['-l', '20', '-n', 'Größe']],
];

describe('shoal create and mktorrent', { skip: missingCommand('mktorrent', 'mktorrent') }, () => {
  for (const [i, [name, options]] of cases.entries()) {
    test(`agree with ${name}`, async () => {
      const [ours, theirs] = [workspace.path(`ours-${i}.torrent`), workspace.path(`${i}.torrent`)];
      const same = ['-a', url, workspace.content];
      const theirRun = spawnSync('mktorrent', [...options, '-o', theirs, ...same]);
      assert.equal(theirRun.status, 0, String(theirRun.stderr));
      const ourOptions = options.map((option) => (option === '-p' ? '-P' : option));
      const created = await runShoal(['create', ...ourOptions, '-o', ours, ...same]);
      assert.equal(created.status, 0, created.log);
      assert.equal(await infoHashOf(ours), await infoHashOf(theirs));
    });
  }
});
