/** Settings from a file: who wins, what is refused, and `shoal config`, which reads and changes the file. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  jsonLines,
  type ShoalResult,
  shoal,
  startShoal,
  temporaryFolder,
} from './shoal-process.ts';

class Home {
  readonly folder: string;
  readonly file: string;

  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'shoal', 'config.toml');
  }

  static async make(context: TestContext, text?: string): Promise<Home> {
    const { path, remove } = await temporaryFolder();
    context.after(remove);
    const home = new Home(path);
    if (text === undefined) return home;
    await mkdir(join(path, 'shoal'));
    await writeFile(home.file, text);
    return home;
  }

  /** Runs there too, so that relative names in settings mean files of its own. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ShoalResult> {
    return shoal(args, { cwd: this.folder, env: { XDG_CONFIG_HOME: this.folder, ...env } });
  }

  text(): Promise<string> {
    return readFile(this.file, 'utf8');
  }
}

/** Creates a torrent of a file, and shows what settings made of it. */
async function created(home: Home, args: readonly string[], env = {}): Promise<string> {
  await writeFile(join(home.folder, 'data'), 'x'.repeat(100_000));
  const { code, stdout, stderr } = await home.run(['create', 'data', '-f', '--json', ...args], env);
  assert.equal(code, 0, stderr);
  const [{ path } = {}] = jsonLines(stdout);
  assert.equal(typeof path, 'string', stdout);
  const shown = await shoal(['show', '--json', String(path)], { cwd: home.folder });
  const [torrent] = jsonLines(shown.stdout);
  return `${torrent?.comment} ${torrent?.version} ${torrent?.private}`;
}

test('a flag wins over the environment, that over the file, a table over the top', async (context) => {
  const home = await Home.make(
    context,
    'private = true\n[create]\ncomment = "file"\nhybrid = true\n',
  );
  assert.equal(await created(home, []), 'file hybrid true');
  assert.equal(
    await created(home, [], { SHOAL_COMMENT: 'environment' }),
    'environment hybrid true',
  );
  assert.equal(
    await created(home, ['-c', 'flag', '--v1'], { SHOAL_COMMENT: 'environment' }),
    'flag 1 true',
  );
  assert.equal(await created(home, ['--no-private', '--no-hybrid']), 'file 1 false');
  assert.equal(await created(home, ['--config', '']), 'undefined 1 false');
});

test('a tracker listens where the file says', async (context) => {
  const home = await Home.make(context, '[tracker]\nport = 0\nhost = "127.0.0.1"\njson = true\n');
  const running = startShoal(['tracker'], { env: { XDG_CONFIG_HOME: home.folder } });
  await running.stdoutMatches(/"announceUrls":\["http:\/\/127\.0\.0\.1:\d+\/announce"/);
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
});

test('a file with mistakes is refused whole, by every command but config', async (context) => {
  const home = await Home.make(context, 'prot = 1\n[tracker]\nport = 70000\n');
  const said = await home.run(['show', 'missing']);
  assert.equal(said.code, 3);
  assert.match(said.stderr, /^shoal: \S+config\.toml has 2 mistakes, so nothing of it is used:\n/);
  assert.match(said.stderr, /^ {2}line 1: prot: .* Did you mean port\?$/m);
  assert.match(said.stderr, /^ {2}line 3: tracker\.port: "70000" is not possible/m);
  const json = await home.run(['show', 'missing', '--json']);
  assert.equal(json.stderr, '');
  const error = jsonLines(json.stdout)[0]?.error as { code: string; details: string[] };
  assert.equal(error.code, 'CONFIG_INVALID');
  assert.equal(error.details.length, 2);
  for (const args of [['--help'], ['--version'], ['show', '--help'], ['config', 'path']]) {
    assert.equal((await home.run(args)).code, 0, args.join(' '));
  }
  // One after the other they can be repaired.
  const removed = await home.run(['config', 'unset', 'prot']);
  assert.equal(removed.code, 0);
  assert.match(removed.stderr, /refused as long as this is in it: line 2: tracker\.port/);
  assert.equal((await home.run(['config', 'set', 'tracker.port', '7000'])).stderr, '');
  assert.equal(await home.text(), '[tracker]\nport = 7000\n');
});

test('what is no TOML is named with its place and not changed', async (context) => {
  const home = await Home.make(context, 'port = 1\nup = 2MiB\n');
  for (const args of [
    ['show', 'missing'],
    ['config', 'get'],
    ['config', 'set', 'port', '2'],
  ]) {
    const { code, stderr } = await home.run(args);
    assert.equal(code, 3, args.join(' '));
    assert.match(stderr, /^shoal: \S+config\.toml, line 2, column \d+: [^\n]+\n$/);
  }
  assert.equal(await home.text(), 'port = 1\nup = 2MiB\n');
});

test('a file that is asked for has to be there, the usual one has not', async (context) => {
  const home = await Home.make(context);
  assert.equal((await home.run(['show', 'missing'])).code, 4);
  const gone = await home.run(['show', 'missing', '--config', 'gone.toml']);
  assert.equal(gone.code, 3);
  assert.match(gone.stderr, /^shoal: gone\.toml: no file of settings is found there/);
  assert.equal((await home.run(['show', 'missing'], { SHOAL_CONFIG: 'gone.toml' })).code, 3);
  assert.equal((await home.run(['show', 'missing'], { SHOAL_CONFIG: '' })).code, 4);
  assert.equal((await home.run(['--config', home.folder, 'show', 'missing'])).code, 3);
});

test('set writes a private file, keeps what is in it, and refuses what a flag would', async (context) => {
  const home = await Home.make(context);
  assert.equal((await home.run(['config', 'set', 'tracker.port', '7000'])).code, 0);
  assert.equal((await stat(home.file)).mode & 0o777, 0o600);
  assert.equal((await stat(join(home.folder, 'shoal'))).mode & 0o777, 0o700);
  await writeFile(home.file, `# mine\n${await home.text()}# end\n`);
  assert.equal((await home.run(['config', 'set', 'port', '0'])).code, 0);
  const urls = ['http://a.example/announce', 'udp://b.example:1'];
  assert.equal((await home.run(['config', 'set', 'seed.tracker', ...urls])).code, 0);
  const before = await home.text();
  assert.equal(
    before,
    `port = 0\n\n# mine\n[tracker]\nport = 7000\n# end\n\n[seed]\ntracker = ["${urls.join('", "')}"]\n`,
  );
  const refused: [string[], RegExp][] = [
    [['tracker.port', '70000'], /"70000" is not possible\. A port is a number from 0 to 65535/],
    [['tracker.prot', '1'], /Did you mean port\?/],
    [['get.exit', 'yes'], /It is true or false/],
    [['tracker.port', '1', '2'], /It takes one value/],
  ];
  for (const [args, pattern] of refused) {
    const { code, stderr } = await home.run(['config', 'set', ...args]);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, pattern);
  }
  const braces = join(home.folder, 'braces.toml');
  await writeFile(braces, 'tracker = { port = 1 }\n');
  const set = await home.run(['config', 'set', 'tracker.port', '2', '--config', braces]);
  assert.equal(set.code, 3);
  assert.match(set.stderr, /nothing was changed/);
  assert.equal(await readFile(braces, 'utf8'), 'tracker = { port = 1 }\n');
  assert.equal(await home.text(), before);
  assert.equal((await home.run(['config', 'unset', 'seed.up'])).code, 3);
});

test('several that set at once lose nothing of each other', async (context) => {
  const home = await Home.make(context);
  const keys = ['seed.up', 'seed.down', 'get.up', 'get.down', 'tracker.memory', 'port'];
  const values = ['1MiB', '2MiB', '3MiB', '4MiB', '64MiB', '0'];
  const all = keys.map((key, index) => home.run(['config', 'set', key, values[index]!]));
  for (const { code, stderr } of await Promise.all(all)) assert.equal(code, 0, stderr);
  const { stdout } = await home.run(['config', 'get', '--json']);
  assert.deepEqual(new Set(jsonLines(stdout).map(({ key }) => key)), new Set(keys));
});

test('what is for every command does not tell edit and set what to change', async (context) => {
  const home = await Home.make(context, 'comment = "for new ones"\n');
  await writeFile(join(home.folder, 'data'), 'content');
  const own = 'http://10.0.0.5:6969/announce';
  await home.run(['create', 'data', '-a', own, '-o', 'data.torrent']);
  const general = { SHOAL_TRACKER: 'http://10.9.9.9/announce', SHOAL_SOURCE: 'elsewhere' };
  const edited = await home.run(
    ['edit', 'data.torrent', '--json', '--add-tracker', `${own}2`],
    general,
  );
  assert.equal(edited.code, 0, edited.stdout);
  const [shown] = jsonLines(edited.stdout);
  assert.deepEqual(shown?.trackers, [[own], [`${own}2`]]);
  assert.deepEqual([shown?.source, shown?.comment], [undefined, 'for new ones']);
  const told = { SHOAL_EDIT_TRACKER: 'http://10.8.8.8/announce' };
  const replaced = await home.run(['edit', 'data.torrent', '--json'], told);
  assert.deepEqual(jsonLines(replaced.stdout)[0]?.trackers, [['http://10.8.8.8/announce']]);
});

test('a link to the file stays a link', async (context) => {
  const home = await Home.make(context);
  const kept = join(home.folder, 'kept.toml');
  await writeFile(kept, '');
  await mkdir(join(home.folder, 'shoal'));
  await symlink(kept, home.file);
  assert.equal((await home.run(['config', 'set', 'port', '1'])).code, 0);
  assert.equal(await readFile(kept, 'utf8'), 'port = 1\n');
});

test('get prints what holds and hides secrets', async (context) => {
  const home = await Home.make(
    context,
    'port = 1\ntoken = "hush"\n[tracker]\nport = 2\nswarm-store = "redis://u:hush@h"\n',
  );
  const { stdout } = await home.run(['config', 'get'], { SHOAL_UP: '2MiB' });
  assert.equal(
    stdout,
    'port = 1  # line 1\ntoken = "****"  # line 2\ntracker.port = 2  # line 4\n' +
      'tracker.swarm-store = "redis://u:****@h"  # line 5\nup = "2MiB"  # SHOAL_UP\n',
  );
  const shown = await home.run(['config', 'get', 'token', '--show-secrets']);
  assert.equal(shown.stdout, 'hush\n');
  assert.equal((await home.run(['config', 'get', 'seed.port'])).stdout, '1\n');
  const json = await home.run(['config', 'get', 'tracker.port', '--json'], { SHOAL_PORT: '3' });
  assert.deepEqual(jsonLines(json.stdout), [
    { key: 'tracker.port', value: '3', source: 'environment', variable: 'SHOAL_PORT' },
  ]);
  const unset = await home.run(['config', 'get', 'seed.up']);
  assert.equal(unset.code, 3);
  assert.match(unset.stderr, /neither by SHOAL_SEED_UP nor in/);
});

test('path is printed, and whether it exists', async (context) => {
  const home = await Home.make(context);
  const { stdout, stderr } = await home.run(['config', 'path']);
  assert.equal(stdout, `${home.file}\n`);
  assert.match(stderr, /no such file yet/);
  await home.run(['config', 'set', 'port', '1']);
  const json = await home.run(['config', 'path', '--json']);
  assert.deepEqual(jsonLines(json.stdout), [{ path: home.file, exists: true }]);
});

test('the settings in the README are possible', async (context) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const example = /```toml\n([^`]+)```/.exec(readme)?.[1];
  assert.ok(example !== undefined);
  const home = await Home.make(context, example);
  const { stdout, stderr } = await home.run(['config', 'get']);
  assert.equal(stderr, '');
  assert.match(stdout, /^get\.exit = true/m);
});
