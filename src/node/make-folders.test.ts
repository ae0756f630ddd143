import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolders } from './make-folders.ts';

test('folders are made, and left where they are', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-folders-'));
  t.after(() => rmSync(root, { recursive: true }));
  const deep = join(root, 'a', 'b', 'c');
  await Promise.all([makeFolders(deep), makeFolders(join(root, 'a', 'd'))]);
  await makeFolders(deep);
  assert.ok(existsSync(deep));
  writeFileSync(join(root, 'file'), '');
  await assert.rejects(makeFolders(join(root, 'file')), { code: 'EEXIST' });
  await assert.rejects(makeFolders(join(root, 'file', 'below')), { code: 'ENOTDIR' });
});

const noProc = existsSync('/proc/self') ? false : 'there is no /proc; run it on Linux';

test('where nothing can be made it says so at once', { skip: noProc }, async () => {
  await assert.rejects(makeFolders('/proc/shoal/downloads'), { code: 'ENOENT' });
});
