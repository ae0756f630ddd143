import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CliError, errorObject, presentError } from './cli-error.ts';

test('a decoding error is bad input and keeps its code', () => {
  const error = Object.assign(new Error('expected a dictionary at byte 0'), {
    code: 'BENCODE_SYNTAX',
  });
  assert.deepEqual(presentError(error), {
    code: 'BENCODE_SYNTAX',
    message: 'expected a dictionary at byte 0.',
    exitCode: 4,
  });
});

test('several reasons are lines of their own, without what a terminal would obey', () => {
  const presented = presentError(
    new CliError('CONFIG_INVALID', 'two:', ['line 1: a', '\u001b[2J']),
  );
  assert.deepEqual(errorObject(presented), {
    code: 'CONFIG_INVALID',
    message: 'two:',
    details: ['line 1: a', '\ufffd[2J'],
  });
  assert.equal(presented.exitCode, 3);
});

test('codes lead to the documented exit status', () => {
  const cases: [string, number][] = [
    ['USAGE_CONFLICT', 2],
    ['METAINFO_BAD_PATH', 4],
    ['SOURCE_NOT_FOUND', 4],
    ['SOURCE_UNREACHABLE', 8],
    ['DISK_FULL', 5],
    ['EROFS', 5],
    ['VERIFY_FAILED', 6],
    ['UNFINISHED_TIMEOUT', 7],
    ['TRACKER_REFUSED', 8],
    ['EADDRINUSE', 1],
    ['TORRENT_AMBIGUOUS', 4],
    ['DAEMON_UNREACHABLE', 8],
    ['DAEMON_SOURCE_UNREACHABLE', 8],
    ['DAEMON_TOKEN_WRONG', 9],
    ['DAEMON_FORBIDDEN_DIR', 9],
    ['DAEMON_BAD_TORRENT', 4],
    ['DAEMON_DISK_FOLDER', 5],
    ['DAEMON_INTERNAL', 1],
    ['SOMETHING_ELSE', 1],
  ];
  for (const [code, exitCode] of cases) {
    assert.equal(presentError(new CliError(code, 'x')).exitCode, exitCode, code);
  }
});

test("the system's errors name path and cause", async () => {
  const error: unknown = await readFile('/nowhere/at/all').catch((caught: unknown) => caught);
  const { message, exitCode } = presentError(error);
  assert.equal(message, '/nowhere/at/all: there is no such file or folder.');
  assert.equal(exitCode, 5);
});

test('a bug asks to be reported', () => {
  const { code, message, exitCode } = presentError(new TypeError('x is not a function'));
  assert.equal(code, 'INTERNAL');
  assert.match(message, /please report it: TypeError: x is not a function/);
  assert.equal(exitCode, 1);
});

test('an abort is an interruption, and hostile text cannot steer the terminal', () => {
  assert.equal(presentError(new DOMException('x', 'AbortError')).exitCode, 130);
  assert.ok(!presentError(new CliError('USAGE', 'a\u001b[2Jb')).message.includes('\u001b'));
});
