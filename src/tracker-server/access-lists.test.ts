/** Lists on disk: read, refused with the line, read again when they change. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InfoHashSet } from '../tracker/info-hash-set.ts';
import { AccessLists, type AccessListsOptions } from './access-lists.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-access-'));
});
after(() => rm(folder, { recursive: true }));

const one = 'AB'.repeat(20);
const two = '01'.repeat(20);

function hashOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

interface Opened {
  readonly lists: AccessLists;
  readonly problems: string[];
  changes: number;
}

async function open(more: Partial<AccessListsOptions>): Promise<Opened> {
  const problems: string[] = [];
  let changes = 0;
  const lists = await AccessLists.open({
    mode: 'allow',
    listPath: undefined,
    passkeysPath: undefined,
    catalogInfoHashes: () => Promise.resolve([hashOf(two)]),
    onProblem: (message) => void problems.push(message),
    ...more,
  });
  lists.onChange = () => {
    changes++;
  };
  return {
    lists,
    problems,
    get changes() {
      return changes;
    },
  };
}

test('a list is read with comments, and read again', async () => {
  const listPath = join(folder, 'list');
  await writeFile(listPath, `# ours\n${one}  # holiday\r\n\n${two}\n`);
  const opened = await open({ listPath });
  const { lists } = opened;
  const size = () => new InfoHashSet(lists.rules.state.infoHashes).size;
  assert.equal(size(), 2);
  await writeFile(listPath, `${one}\n`);
  await Promise.all([lists.reload(), lists.reload()]);
  assert.equal(size(), 1);
  await writeFile(listPath, `${one}\nnonsense\n`);
  await lists.reload();
  assert.equal(size(), 1);
  assert.match(opened.problems[0]!, /list, line 2: expected 40 hex digits/);
  await rm(listPath);
  await lists.reload();
  assert.equal(opened.problems.length, 2);
  assert.equal(size(), 1);
  assert.ok(opened.changes >= 2);
  lists.close();
});

test('a tracker does not start with a list it cannot read', async () => {
  await assert.rejects(open({ listPath: join(folder, 'absent') }), { code: 'ENOENT' });
  const passkeysPath = join(folder, 'keys');
  await writeFile(passkeysPath, 'short\n');
  await assert.rejects(open({ mode: 'open', passkeysPath }), /keys, line 1: expected a pass key/);
});

test('pass keys and the catalog are lists as well', async () => {
  const passkeysPath = join(folder, 'keys');
  await writeFile(passkeysPath, 'abcdefgh12 # somebody\n');
  const { lists } = await open({ mode: 'catalog', passkeysPath });
  const { passkeys, infoHashes } = lists.rules.state;
  assert.deepEqual([...(passkeys ?? [])], ['abcdefgh12']);
  assert.ok(new InfoHashSet(infoHashes).has(hashOf(two)));
  const listed = () => {
    const set = new InfoHashSet(lists.rules.state.infoHashes);
    return [set.has(hashOf(one)), set.has(hashOf(two))];
  };
  lists.catalogChanged({ kind: 'added', infoHashes: [one.toLowerCase()] });
  assert.deepEqual(listed(), [true, true]);
  lists.catalogChanged({ kind: 'removed', infoHashes: [two] });
  assert.deepEqual(listed(), [true, false]);
  lists.close();
});
