import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockStateFolder, StateLockedError } from './state-lock.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a folder is locked once, and again after its release', {
  skip: process.platform === 'linux' ? false : 'needs start times of processes',
}, (t) => {
  const folder = makeFolder(t);
  const lock = lockStateFolder(folder);
  assert.throws(
    () => lockStateFolder(folder),
    (error) => {
      assert.ok(error instanceof StateLockedError);
      assert.equal(error.pid, process.pid);
      assert.ok(error.message.includes(`(pid ${process.pid})`), error.message);
      return true;
    },
  );
  lock.release();
  lock.release();
  assert.equal(existsSync(join(folder, 'lock')), false);
  lockStateFolder(folder).release();
});

test('a lock of a process that ended is taken over', async (t) => {
  const folder = makeFolder(t);
  const child = spawn(process.execPath, ['-e', '']);
  const { pid } = child;
  await new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(join(folder, 'lock'), `${pid} -\n`);
  const lock = lockStateFolder(folder);
  assert.ok(readFileSync(join(folder, 'lock'), 'utf8').startsWith(`${process.pid} `));
  lock.release();
});

test('a lock of another process that lives is respected', async (t) => {
  const folder = makeFolder(t);
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10_000)']);
  t.after(() => child.kill('SIGKILL'));
  writeFileSync(join(folder, 'lock'), `${child.pid} -\n`);
  assert.throws(() => lockStateFolder(folder), { name: 'StateLockedError', pid: child.pid });
});

test('a process id that was given to another process is no owner', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'lock'), `${process.pid} an-earlier-boot:1\n`);
  lockStateFolder(folder).release();
});

test('a broken lock counts only while it may be being written', (t) => {
  const folder = makeFolder(t);
  const path = join(folder, 'lock');
  for (const content of ['', 'x', '99999999999999 1\n', '\0\0\0\0']) {
    writeFileSync(path, content);
    assert.throws(() => lockStateFolder(folder), StateLockedError);
    utimesSync(path, 1, 1);
    lockStateFolder(folder).release();
  }
});

test("releasing leaves another's lock alone", (t) => {
  const folder = makeFolder(t);
  const lock = lockStateFolder(folder);
  writeFileSync(join(folder, 'lock'), '1 other\n');
  lock.release();
  assert.equal(readFileSync(join(folder, 'lock'), 'utf8'), '1 other\n');
});
