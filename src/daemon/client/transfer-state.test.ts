import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InfoHash } from '../../base/ids.ts';
import { transferStateDir } from './transfer-state.ts';

test('a transfer has one state folder, however its place is written, and only its owner reads it', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'shoal-state-')));
  try {
    const one = 'a'.repeat(40) as InfoHash;
    const other = 'b'.repeat(40) as InfoHash;
    const place = join(root, 'data');
    await mkdir(place);
    await symlink(place, join(root, 'link'));
    const stateDir = await transferStateDir(root, one, place);
    assert.equal(await transferStateDir(root, one, join(root, 'link')), stateDir);
    assert.equal(await transferStateDir(root, one, `${place}/./`), stateDir);
    assert.notEqual(await transferStateDir(root, other, place), stateDir);
    assert.notEqual(await transferStateDir(root, one, root), stateDir);
    if (process.platform !== 'win32') assert.equal((await stat(stateDir)).mode & 0o777, 0o700);
  } finally {
    await rm(root, { recursive: true });
  }
});
