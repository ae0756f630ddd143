import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command, Option } from 'commander';
import { addCommonOptions, valueOption } from '../command-shape.ts';
import { parsePort, parseTrackerUrl, repeated } from '../option-values.ts';
import { readConfig, requireNoProblems, sayProblem } from './config-document.ts';
import { effectiveSetting, effectiveSettings } from './effective-settings.ts';
import { configurableCommands } from './settings.ts';

function commands() {
  const program = new Command('shoal');
  const tracker = program.command('tracker');
  valueOption(tracker, '--port <port>', '', parsePort);
  valueOption(tracker, '--data <dir>', '');
  const seed = program.command('seed');
  valueOption(seed, '--port <port>', '', parsePort);
  valueOption(seed, '-a, --tracker <url>', '', repeated(parseTrackerUrl));
  valueOption(seed, '-o, --output <file>', '');
  seed.option('--no-publish');
  seed.addOption(new Option('--v1').conflicts('v2')).addOption(new Option('--v2'));
  const get = program.command('get');
  valueOption(get, '-a, --tracker <url>', '', parseTrackerUrl);
  valueOption(get, '-o, --output <dir>', '');
  const edit = Object.assign(program.command('edit'), { changesByOptions: true });
  valueOption(edit, '-c, --comment <text>', '');
  for (const command of [tracker, seed, get, edit]) addCommonOptions(command);
  program.command('config');
  return configurableCommands(program);
}

function mistakes(text: string): string[] {
  return readConfig(text, 'c.toml', commands()).problems.map(sayProblem);
}

test('what is right has no mistakes', () => {
  const text = `
    port = 6881
    json = false
    [all]
    tracker = "http://a:1/announce"
    [tracker]
    port = "7000"
    data = 5
    [seed]
    tracker = ["http://a:1/announce", "http://b:1/announce"]
    publish = false
    v1 = true
    v2 = false
    [edit]
    comment = ""`;
  assert.deepEqual(mistakes(text), []);
  assert.deepEqual(mistakes(''), []);
});

test('every mistake has its line, its key and what is possible', () => {
  const cases: [string, RegExp][] = [
    ['\nprot = 1', /^line 2: prot: no command has such an option\. Did you mean port\?$/],
    ['[trakcer]\nport = 1', /^line 1: trakcer: there is no such command\. Did you mean tracker\?$/],
    ['[config]', /config takes no settings/],
    ['config = "x"', /config: no command has such an option/],
    ['[seed]\nno-publish = true', /Did you mean publish\?/],
    ['[tracker]\nport = 70000', /^line 2: tracker\.port: "70000" is not .* 0 to 65535/],
    ['[tracker]\nport = true', /Write a text in quotes, or a number/],
    ['[tracker]\nport = [1]', /one value, not a list/],
    ['[tracker.port]\na = 1', /Write a text/],
    ['[tracker]\nport = 1979-05-27', /Write a text/],
    ['[tracker]\nport = inf', /Write a text/],
    ['[seed]\npublish = "no"', /true or false/],
    ['[seed]\ntracker = ["http://a:1/announce", "b"]', /"b" is not possible\. Write a URL/],
    ['[seed]\nv1 = true\nv2 = true', /line 2: seed\.v1: it cannot be used with v2/],
    ['tracker = ["http://a:1/x", "http://b:1/x"]', /so for get; write it into \[seed\]\./],
    [
      'output = "x"',
      /another thing to each command \(file, dir\); write it into \[seed\], \[get\]/,
    ],
    ['comment = "x"', /only edit has it; write it into the table \[edit\]/],
    ['port = 1\n[all]\nport = 1', /set twice/],
  ];
  for (const [text, pattern] of cases) {
    assert.match(mistakes(text)[0] ?? 'no mistake', pattern, text);
  }
});

test('a file with mistakes is refused with all of them, one that is no TOML with its place', () => {
  const document = readConfig('a = 1\nport = 1\nb = 2', 'c.toml', commands());
  assert.throws(() => requireNoProblems(document, 'c.toml'), {
    code: 'CONFIG_INVALID',
    message: /^c\.toml has 2 mistakes/,
    details: [/^line 1: a:/, /^line 3: b:/].map((pattern) => {
      const line = document.problems.map(sayProblem).find((each) => pattern.test(each));
      assert.ok(line !== undefined);
      return line;
    }),
  });
  assert.throws(() => readConfig('port = 1\nup = 2MiB', 'c.toml', commands()), {
    code: 'CONFIG_SYNTAX',
    message: /^c\.toml, line 2, column \d+: [^\n]+$/,
  });
  assert.throws(() => readConfig(`a = ${'['.repeat(100)}`, 'c.toml', commands()), {
    code: 'CONFIG_SYNTAX',
  });
});

test('a secret is not in the message about it', () => {
  const [said] = mistakes('[get]\ntracker = "redis://u:hush@h"');
  assert.match(said ?? '', /u:\*\*\*\*@h/);
  assert.ok(!said?.includes('hush'));
});

test('a variable wins over the file, a table over what is for all', () => {
  const all = commands();
  const { given } = readConfig('port = 1\n[tracker]\nport = 2', 'c.toml', all);
  const holding = (command: string | undefined, environment: Record<string, string> = {}) =>
    effectiveSetting({ command, key: 'port' }, given, all, environment)?.raw;
  assert.equal(holding('tracker'), 2);
  assert.equal(holding('seed'), 1);
  assert.equal(holding(undefined), 1);
  assert.equal(holding('get'), undefined);
  assert.equal(holding('tracker', { SHOAL_PORT: '3' }), '3');
  assert.equal(holding('seed', { SHOAL_PORT: '3' }), '3');
  const names = (environment: Record<string, string>) =>
    effectiveSettings(given, all, environment).map(({ command, key, raw }) => [command, key, raw]);
  assert.deepEqual(names({}), [
    [undefined, 'port', 1],
    ['tracker', 'port', 2],
  ]);
  assert.deepEqual(names({ SHOAL_PORT: '3' }), [[undefined, 'port', '3']]);
});
