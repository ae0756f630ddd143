/** The completion scripts in the shells they are for. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Command } from 'commander';
import { bashCompletion } from './bash-completion.ts';
import { addCommonOptions } from './command-shape.ts';
import { commandTree } from './command-tree.ts';
import { fishCompletion } from './fish-completion.ts';
import { oneOf, repeated } from './option-values.ts';
import { buildProgram } from './program.ts';
import { zshCompletion } from './zsh-completion.ts';

const tree = commandTree(buildProgram());

/** Texts with everything that one of the shells could take for its own. */
function awkwardTree() {
  const program = addCommonOptions(new Command('shoal').version('1').description("It's [all]:"));
  const said = `it's "x" $(touch ran) \`touch ran\` \\ [y] :z; (a|b) %s *`;
  program
    .command('odd <file>')
    .description(said)
    .option('-q, --quoted', said)
    .option('--way <a:b>', said, oneOf(['left', 'right']))
    .option('--many <x>', said, repeated(String));
  return commandTree(program);
}

let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-completion-'));
  for (const name of ['a b.torrent', 'also.txt', 'holiday.torrent', 'other.txt']) {
    writeFileSync(join(folder, name), '');
  }
  mkdirSync(join(folder, 'my data'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

function runShell(shell: string, args: readonly string[], input = ''): SpawnSyncReturns<string> {
  const env = { ...process.env, HOME: folder };
  return spawnSync(shell, args, { cwd: folder, env, input, encoding: 'utf8', timeout: 30_000 });
}

function missing(shell: string): string | false {
  const found = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  return found ? false : `${shell} is not installed: apt-get install ${shell}`;
}

/** The awkward texts hold commands that would leave a file. */
function assertNothingRan(): void {
  assert.ok(!existsSync(join(folder, 'ran')), 'a text was run as a command');
}

/** What bash offers for the last of `words`. */
function bashOffers(script: string, words: readonly string[]): string[] {
  const line = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shoal; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = runShell('bash', ['-c', `${script}\n${line}`, 'bash', ...words]);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((offer) => offer !== '');
}

const bashCases: readonly (readonly [words: string, offers: readonly string[]])[] = [
  ['shoal|se', ['seed', 'search', 'set']],
  ['shoal|--c', ['--color', '--config']],
  ['shoal|--color|always|scr', ['scrape']],
  ['shoal|--color|=|always|scr', ['scrape']],
  ['shoal|get|--se', ['--select', '--sequential', '--seed-ratio', '--seed-time']],
  ['shoal|get|--color|', ['auto', 'always', 'never']],
  ['shoal|get|--color|=', ['auto', 'always', 'never']],
  ['shoal|get|--color|=|al', ['always']],
  ['shoal|get|-a|', []],
  ['shoal|get|-o|', ['my data']],
  ['shoal|get|--|--se', []],
  ['shoal|tracker|--access|', ['open', 'allow', 'deny', 'catalog', 'list']],
  ['shoal|tracker|--list|oth', ['other.txt']],
  ['shoal|verify|', ['a b.torrent', 'holiday.torrent', 'my data']],
  ['shoal|verify|a\\ ', ['a b.torrent']],
  ["shoal|verify|'a ", ['a b.torrent']],
  ['shoal|seed|oth', ['other.txt']],
  ['shoal|completions|', ['bash', 'zsh', 'fish']],
  ['shoal|help|comp', ['completions']],
  ['shoal|search|', []],
  ['shoal|nothing|', []],
];

test('bash offers commands, options, words and files', { skip: missing('bash') }, () => {
  const script = bashCompletion(tree);
  for (const [words, offers] of bashCases) {
    assert.deepEqual(bashOffers(script, words.split('|')).sort(), [...offers].sort(), words);
  }
});

test('bash is not led astray by texts', { skip: missing('bash') }, () => {
  const script = bashCompletion(awkwardTree());
  assert.deepEqual(bashOffers(script, ['shoal', 'odd', '--way', '']), ['left', 'right']);
  assert.deepEqual(bashOffers(script, ['shoal', 'odd', '--q']), ['--quoted']);
  assertNothingRan();
});

/** What fish offers at the end of `line`, with or without a description. */
function fishOffers(script: string, line: string, described = false): string[] {
  const quoted = `'${line.replaceAll(/[\\']/g, '\\$&')}'`;
  writeFileSync(join(folder, 'my data', 'shoal.fish'), script);
  const command = `source 'my data/shoal.fish'; complete -C ${quoted}`;
  const { stdout, stderr } = runShell('fish', ['--no-config', '-c', command]);
  assert.equal(stderr, '');
  const offers = stdout.split('\n').filter((offer) => offer !== '');
  return described ? offers : offers.map((offer) => offer.split('\t', 1)[0] ?? '').sort();
}

test('fish offers commands, options, words and files', { skip: missing('fish') }, () => {
  const script = fishCompletion(tree);
  assert.deepEqual(fishOffers(script, 'shoal se'), ['search', 'seed', 'set']);
  assert.deepEqual(fishOffers(script, 'shoal --color always scr'), ['scrape']);
  assert.deepEqual(fishOffers(script, 'shoal get --sel'), ['--select']);
  assert.deepEqual(fishOffers(script, 'shoal get --color al'), ['always']);
  assert.deepEqual(fishOffers(script, 'shoal get -o m'), ['my data/']);
  assert.deepEqual(fishOffers(script, 'shoal verify h'), ['holiday.torrent']);
  assert.deepEqual(fishOffers(script, 'shoal search h'), []);
});

test('fish is not led astray by texts', { skip: missing('fish') }, () => {
  const script = fishCompletion(awkwardTree());
  const [offer] = fishOffers(script, 'shoal odd --quo', true);
  assert.equal(offer, `--quoted\tit's "x" $(touch ran) \`touch ran\` \\ [y] :z; (a|b) %s *`);
  assert.deepEqual(fishOffers(script, 'shoal odd --way r'), ['right']);
  assertNothingRan();
});

/** What each line is once zsh has completed it: the keys are typed on a terminal of its own. */
function zshCompletes(
  script: string,
  lines: readonly string[],
  installed: 'sourced' | 'in fpath',
): string[] {
  const before = installed === 'in fpath' ? `fpath=("$PWD/my data" $fpath)` : ':';
  const after = installed === 'sourced' ? 'source "my data/_shoal"' : ':';
  writeFileSync(join(folder, 'my data', '_shoal'), script);
  const typed = lines.map((keys) => `$'${keys.replaceAll('\t', '\\t')}\\n'`);
  const driver = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1=; ${before}; autoload -Uz compinit; compinit -u -D; ${after}; shoal() { print -r -- "ran:\${(j:|:)@}:" }; print re''ady'
    zpty -r shell seen '*ready*' || exit 1
    for keys in ${typed.join(' ')}; do
      zpty -w -n shell $keys
      zpty -r shell seen $'*ran:*:*' || exit 1
      print -r -- "$seen"
    done
    zpty -d shell`;
  const { stdout, stderr } = runShell('zsh', ['-f'], driver);
  const ran = Array.from(stdout.matchAll(/ran:([^\n]*):/g), (match) => match[1] ?? '');
  assert.equal(ran.length, lines.length, `${stdout}${stderr}`);
  return ran;
}

const zshCases: readonly (readonly [keys: string, ran: string])[] = [
  ['shoal compl\tz\t', 'completions|zsh'],
  ['shoal --color alw\tscr\t', '--color|always|scrape'],
  ['shoal get --sel\t', 'get|--select'],
  ['shoal get --color=al\t', 'get|--color=always'],
  ['shoal verify h\t', 'verify|holiday.torrent'],
  ['shoal verify a\t', 'verify|a b.torrent'],
  ['shoal get -o m\t', 'get|-o|my data'],
];

test('zsh offers commands, options, words and files', { skip: missing('zsh') }, () => {
  const script = zshCompletion(tree);
  const keys = zshCases.map(([typed]) => typed);
  const expected = zshCases.map(([, ran]) => ran);
  assert.deepEqual(zshCompletes(script, keys, 'in fpath'), expected);
});

test('zsh is not led astray by texts', { skip: missing('zsh') }, () => {
  const script = zshCompletion(awkwardTree());
  const ran = zshCompletes(script, ['shoal odd --quo\t', 'shoal odd --way ri\t'], 'sourced');
  assert.deepEqual(ran, ['odd|--quoted', 'odd|--way|right']);
  assertNothingRan();
});

test('no shell runs a process of ours at TAB', () => {
  for (const make of [bashCompletion, zshCompletion, fishCompletion]) {
    for (const line of make(tree).split('\n').slice(3)) {
      assert.doesNotMatch(line, /\$\(\s*shoal|`shoal|\(shoal/, line);
    }
  }
});
