/** How the command line answers what it does not understand, and what every command has in common. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLines, shoal, startShoal } from './shoal-process.ts';

const commands = [
  'seed',
  'get',
  'create',
  'up',
  'menu',
  'show',
  'magnet',
  'edit',
  'verify',
  'tracker',
  'scrape',
  'announce',
  'daemon',
  'add',
  'ls',
  'top',
  'status',
  'info',
  'files',
  'peers',
  'trackers',
  'start',
  'stop',
  'recheck',
  'reannounce',
  'rm',
  'mv',
  'rename',
  'limit',
  'label',
  'set',
  'queue',
  'pieces',
  'ui',
  'doctor',
  'handler',
  'completions',
  'man',
  'config',
];

const jsonCodes = ['USAGE_UNKNOWN_COMMAND', 'USAGE_CONFLICT', 'USAGE_NO_PEERS'];

test('without arguments it prints its help and calls it wrong usage', async () => {
  const { code, stdout, stderr } = await shoal([]);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  for (const command of commands) assert.match(stderr, new RegExp(`^ {2}${command}[ |]`, 'm'));
});

test('help and version are answers, not errors', async () => {
  const help = await shoal(['--help']);
  assert.equal(help.code, 0);
  assert.equal(help.stderr, '');
  assert.match(help.stdout, /Exit status: 0 ok/);
  const [all, one] = await Promise.all([shoal(['help']), shoal(['help', 'seed'])]);
  assert.deepEqual([all.code, all.stdout, one.code], [0, help.stdout, 0]);
  assert.match(one.stdout, /^Usage: shoal seed /);
  assert.ok(help.stdout.split('\n').every((line) => line.length <= 80));
  const version = await shoal(['--version']);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test('every command has help with examples', async () => {
  const helps = await Promise.all(commands.map((command) => shoal([command, '--help'])));
  for (const [index, { code, stdout }] of helps.entries()) {
    const command = commands[index]!;
    assert.equal(code, 0, command);
    assert.match(stdout, new RegExp(`Examples:\\n {2}shoal ${command}[ \\n]`), command);
    assert.match(stdout, /--json/, command);
  }
});

test('an unknown command or flag is answered with the nearest name', async () => {
  const cases: [string[], string, RegExp][] = [
    [['shwo'], 'USAGE_UNKNOWN_COMMAND', /unknown command 'shwo'\. Did you mean show\?/],
    [['tracker', '--prot', '1'], 'USAGE_UNKNOWN_OPTION', /'--prot'\. Did you mean --port\?/],
    [['get', '--selekt', '1', 'x'], 'USAGE_UNKNOWN_OPTION', /Did you mean --select\?/],
    [['show', '-rf'], 'USAGE_UNKNOWN_OPTION', /goes behind --/],
    [['show', '--color', 'nevr', 'x'], 'USAGE_BAD_VALUE', /Did you mean never\?/],
    [['tracker', '--port', '70000'], 'USAGE_BAD_VALUE', /from 0 to 65535/],
    [['create'], 'USAGE_MISSING_ARGUMENT', /missing required argument 'path'/],
    [['create', 'a', 'b'], 'USAGE_TOO_MANY_ARGUMENTS', /Expected 1 argument but got 2/],
    [['create', '--v1', '--hybrid', 'a'], 'USAGE_CONFLICT', /cannot be used with/],
    [['create', 'a', '-l'], 'USAGE_MISSING_VALUE', /argument missing/],
    [['tracker', '--interval', '10', '--peer-timeout', '5'], 'USAGE_BAD_VALUE', /forgotten/],
    [['get', 'a'.repeat(40)], 'USAGE_NO_PEERS', /-a URL, or a peer with --peer/],
  ];
  const results = await Promise.all(cases.map(([args]) => shoal(args)));
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    const [args, , pattern] = cases[index]!;
    const label = args.join(' ');
    assert.equal(code, 2, label);
    assert.equal(stdout, '', label);
    assert.match(stderr, /^shoal: [^\n]*\n$/, label);
    assert.match(stderr, pattern, label);
  }
  // The same as JSON: two that the parser refuses, one that the command does.
  const asJson = cases.filter(([, code]) => jsonCodes.includes(code));
  const objects = await Promise.all(asJson.map(([args]) => shoal([...args, '--json'])));
  for (const [index, { code, stdout, stderr }] of objects.entries()) {
    const [args, expected] = asJson[index]!;
    const label = args.join(' ');
    assert.equal(code, 2, label);
    assert.equal(stderr, '', label);
    const [object] = jsonLines(stdout);
    assert.equal((object?.error as { code: string } | undefined)?.code, expected, label);
  }
});

test('a bad value from the environment is bad configuration', async () => {
  const { code, stderr } = await shoal(['tracker'], { env: { SHOAL_TRACKER_PORT: 'abc' } });
  assert.equal(code, 3);
  assert.match(stderr, /from env 'SHOAL_TRACKER_PORT' is invalid/);
});

test('a name that begins with - is a name behind --', async () => {
  const { code, stderr } = await shoal(['show', '--', '-rf']);
  assert.equal(code, 4);
  assert.match(stderr, /-rf: there is no such file/);
});

test('colour is for terminals, or for whoever asks for it', async () => {
  const plain = await shoal(['show', 'missing']);
  assert.ok(!plain.stderr.includes('\u001b'));
  const colored = await shoal(['show', '--color', 'always', 'missing']);
  assert.ok(colored.stderr.startsWith('\u001b[31mshoal:\u001b[39m '));
});

test('a reader that closes early is no error', async () => {
  const magnets = Array.from({ length: 2000 }, () => `magnet:?xt=urn:btih:${'ab'.repeat(20)}`);
  const running = startShoal(['show', '--json', ...magnets]);
  running.child.stdout?.destroy();
  const { code, stderr } = await running.ended;
  assert.equal(code, 0);
  assert.equal(stderr, '');
});
