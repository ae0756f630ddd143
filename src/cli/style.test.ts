import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColorMode, styleFor } from './style.ts';

test('colour follows --color, then NO_COLOR, then the terminal', () => {
  const cases: [ColorMode, boolean, Record<string, string>, boolean][] = [
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { NO_COLOR: '' }, true],
    ['auto', true, { TERM: 'dumb' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, {}, false],
  ];
  for (const [mode, isTerminal, env, colored] of cases) {
    const style = styleFor(mode, { isTerminal, env });
    assert.equal(style.red('x') !== 'x', colored, `${mode} ${isTerminal} ${JSON.stringify(env)}`);
  }
});
