import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { askYes } from './ask-yes.ts';

async function answer(typed: string | undefined): Promise<{ yes: boolean; asked: string }> {
  const input = new PassThrough();
  const output = new PassThrough();
  const pending = askYes('Delete x?', input, output);
  if (typed === undefined) input.end();
  else input.write(typed);
  const yes = await pending;
  return { yes, asked: String(output.read()) };
}

test('only a clear yes is one', async () => {
  for (const typed of ['y\n', ' YES \n', 'Yes\r\n']) {
    assert.deepEqual(await answer(typed), { yes: true, asked: 'Delete x? [y/N] ' }, typed);
  }
  for (const typed of ['\n', 'n\n', 'yeah\n', 'y n\n']) {
    assert.equal((await answer(typed)).yes, false, typed);
  }
});

test('the end of the input is a no', async () => {
  assert.equal((await answer(undefined)).yes, false);
});

test('Ctrl-C is an interruption, not an answer', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const pending = askYes('Delete x?', input, output);
  input.write('\u0003');
  await assert.rejects(pending, { name: 'AbortError' });
});
