import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktopEntry, desktopFileName, withoutHandler } from './desktop-entry.ts';

const execOf = (command: readonly string[]): string =>
  /^Exec=(.*)$/m.exec(desktopEntry(command))?.[1] ?? '';

test('what is opened follows --, so that it is never an option', () => {
  assert.equal(execOf(['/usr/bin/shoal']), '/usr/bin/shoal add -- %u');
});

test('a path with anything in it stays one argument', () => {
  assert.equal(execOf(['/my apps/node']), '"/my apps/node" add -- %u');
  // A percent sign doubled for the field codes; a quote behind a backslash, which the file doubles.
  assert.equal(execOf(['/50% "off"/$x']), '"/50%% \\\\"off\\\\"/\\\\$x" add -- %u');
  assert.equal(desktopEntry(['/a\nMimeType=x']).match(/^MimeType=/gm)?.length, 1);
});

test('other choices of the user stay', () => {
  const text = [
    '[Default Applications]',
    `x-scheme-handler/magnet=${desktopFileName};`,
    `application/x-bittorrent=${desktopFileName};other.desktop`,
    'text/plain=editor.desktop',
    '# shoal-add.desktop is a remark',
    '',
  ].join('\n');
  assert.equal(
    withoutHandler(text),
    '[Default Applications]\napplication/x-bittorrent=other.desktop;\ntext/plain=editor.desktop\n# shoal-add.desktop is a remark\n',
  );
});
