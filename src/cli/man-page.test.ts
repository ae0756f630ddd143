/** The manual page as the programs that show it take it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { commandTree } from './command-tree.ts';
import { manPage } from './man-page.ts';
import { buildProgram } from './program.ts';
import { roffText } from './roff-text.ts';

const tree = commandTree(buildProgram());
const hasGroff = spawnSync('groff', ['--version']).status === 0;
const skip = hasGroff ? false : 'groff is not installed: apt-get install groff';

/** As plain text; fails on a warning. */
function typeset(page: string): string {
  const args = ['-man', '-Tutf8', '-ww', '-P-cbou', '-rLL=200n'];
  const { stdout, stderr } = spawnSync('groff', args, { input: page, encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout;
}

const sections = [
  'NAME',
  'SYNOPSIS',
  'DESCRIPTION',
  'OPTIONS',
  'COMMANDS',
  'ENVIRONMENT',
  'FILES',
  'EXIT STATUS',
  'EXAMPLES',
];

test('the page has its sections, and every command and option in them', { skip }, () => {
  const text = typeset(manPage(tree));
  const headings = text.split('\n').filter((line) => /^[A-Z][A-Z ]+$/.test(line));
  assert.deepEqual(headings, sections);
  const words = new Set(text.split(/[\s,]+/));
  for (const command of tree.commands) {
    assert.match(text, new RegExp(`^   ${command.name}$`, 'm'));
    for (const { long } of command.options) assert.ok(words.has(long ?? ''), `${long}`);
    for (const [line] of command.examples) {
      const squeezed = text.replaceAll(/\s+/g, ' ');
      assert.ok(squeezed.includes(`shoal ${line}`.replaceAll(/\s+/g, ' ')), line);
    }
  }
  assert.match(text, /^ {7}130 /m);
});

test('a command line that is broken stays one to copy', { skip }, () => {
  const [command] = tree.commands;
  assert.ok(command !== undefined);
  const line = `seed ${'somewhere/configuration/'.repeat(8)} --extraordinarily-long`;
  const odd = { ...command, options: [], examples: [[line, 'long'] as const] };
  const text = typeset(manPage({ ...tree, commands: [odd] }));
  assert.ok(text.replaceAll(/\s+/g, ' ').includes(`shoal ${line}`), text);
  assert.doesNotMatch(text, /\u2010|\S {3,}--/);
});

test('text that roff would take for its own is shown as it is', { skip }, () => {
  const awkward = `.SH 'quoted' "twice" \\fBbold\\fR -e --long ^ ~ \` … Å .`;
  const [command] = tree.commands;
  assert.ok(command !== undefined);
  const odd = { ...command, description: awkward, options: [], examples: [] };
  assert.ok(typeset(manPage({ ...tree, commands: [odd] })).includes(awkward));
});

test('any text is one line of printable ASCII that is no request', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const roff = roffText(text);
      assert.match(roff, /^[ -~]*$/);
      assert.doesNotMatch(roff, /^[.']/);
    }),
  );
});
