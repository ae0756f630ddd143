import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type CompletedContent, CompletionCommand } from './completion-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'shoal-command-'));
after(() => rmSync(dir, { recursive: true }));

type Line = readonly [level: string, message: string];

/** Runs node with a script, and gives what was logged once `count` commands ended. */
function rig(script: string, args: readonly string[], count: number, timeLimitMs?: number) {
  const lines: Line[] = [];
  let done: (lines: readonly Line[]) => void = () => undefined;
  const ended = new Promise<readonly Line[]>((resolve) => {
    done = resolve;
  });
  const command = new CompletionCommand({
    command: () => [process.execPath, '-e', script, '--', ...args],
    log: (level, message) => {
      lines.push([level, message]);
      if (lines.length === count) done(lines);
    },
    ...(timeLimitMs !== undefined && { timeLimitMs }),
  });
  return { command, ended, lines };
}

function contentNamed(name: string): CompletedContent {
  return { hash: 'ab'.repeat(20), name, dir, path: join(dir, name) };
}

const tellAll = `console.log(JSON.stringify([process.argv.slice(1),
  process.env.SHOAL_HASH, process.env.SHOAL_NAME, process.env.SHOAL_DIR, process.env.SHOAL_PATH]))`;

test('a name is a name, whatever a shell would make of it', async () => {
  const names = ['$(touch x)', ';touch x', '-rf', '`touch x`', '{hash}', 'a\nb', '"; touch x; "'];
  const { command, ended } = rig(tellAll, ['{name}', 'in {dir}', '{hash}', '{path}'], names.length);
  for (const name of names) command.run(contentNamed(name));
  const lines = await ended;
  const told = lines.map(([, message]) => JSON.parse(message.split('; it said: ')[1]!));
  const byName = new Map(told.map((each: string[]) => [each[2], each]));
  for (const name of names) {
    const { hash, path } = contentNamed(name);
    const argument = name === '-rf' ? './-rf' : name;
    const args = [argument, `in ${dir}`, hash, path];
    assert.deepEqual(byName.get(name), [args, hash, name, dir, path]);
  }
  assert.deepEqual(readdirSync(dir), []);
  assert.equal(readdirSync('.').includes('x'), false);
});

test('four at once, the others wait', async () => {
  const script = 'console.log(Date.now()); setTimeout(() => console.log(Date.now()), 150)';
  const { command, ended } = rig(script, [], 6);
  for (let i = 0; i < 6; i++) command.run(contentNamed(`${i}`));
  const spans = (await ended).map(([, message]) =>
    message.split('; it said: ')[1]!.split(' ').map(Number),
  );
  const most = spans.map(
    ([at = 0]) => spans.filter(([begin = 0, end = 0]) => begin <= at && at < end).length,
  );
  assert.ok(Math.max(...most) <= 4, JSON.stringify(spans));
});

test('one that does not end is ended, with what it started', async () => {
  const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 9e4)'],
    { stdio: 'inherit' }); setTimeout(() => {}, 9e4)`;
  const { command, ended } = rig(script, [], 1, 200);
  command.run(contentNamed('a'));
  assert.match((await ended)[0]![1], /was ended after 0\.2 s/);
});

test('failures and much output cost a line', async () => {
  const script = "process.stdout.write('y'.repeat(1e6)); process.exitCode = 3";
  const { command, ended } = rig(script, [], 1);
  command.run(contentNamed('a'));
  const [level, message] = (await ended)[0]!;
  assert.equal(level, 'warn');
  assert.match(message, /ended with status 3; it said: y+…$/);
  assert.ok(message.length < 5000);
  const lines: string[] = [];
  const missing = new CompletionCommand({
    command: () => [join(dir, 'no such program')],
    log: (_level, text) => lines.push(text),
  });
  missing.run(contentNamed('b'));
  while (lines.length === 0) await new Promise((done) => setTimeout(done, 5));
  assert.match(lines[0]!, /cannot be started/);
});

test('closing ends what runs and tells nothing', async () => {
  const { command, lines } = rig('setTimeout(() => {}, 9e4)', [], 1);
  for (let i = 0; i < 6; i++) command.run(contentNamed(`${i}`));
  await command.close();
  command.run(contentNamed('late'));
  assert.deepEqual(lines, []);
});
