import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LinkHandler } from './link-handler.ts';

const noShell = process.platform === 'win32' ? 'the desktop tools here are scripts' : false;

function desktop(t: TestContext): { root: string; env: NodeJS.ProcessEnv } {
  const root = mkdtempSync(join(tmpdir(), 'shoal-desktop-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'config'));
  const env = {
    PATH: join(root, 'bin'),
    XDG_DATA_HOME: join(root, 'data'),
    XDG_CONFIG_HOME: join(root, 'config'),
  };
  return { root, env };
}

test("without the desktop's tools there is an entry, and no default", (t) => {
  const { root, env } = desktop(t);
  const handler = new LinkHandler(['/opt/shoal'], env);
  assert.equal(handler.status().installed, false);
  assert.deepEqual(handler.install(), { isDefault: false });
  assert.equal(handler.path, join(root, 'data', 'applications', 'shoal-add.desktop'));
  assert.match(readFileSync(handler.path, 'utf8'), /Exec=\/opt\/shoal add -- %u/);
  const { installed, current } = handler.status();
  assert.deepEqual([installed, current], [true, true]);
  assert.equal(new LinkHandler(['/elsewhere/shoal'], env).status().current, false);
  assert.equal(handler.uninstall(), true);
  assert.equal(handler.uninstall(), false);
  assert.equal(handler.status().installed, false);
});

test('the tools are told, and what they wrote is taken back', { skip: noShell }, (t) => {
  const { root, env } = desktop(t);
  const script = `#!/bin/sh
echo "$0" "$@" >> ${join(root, 'calls')}
if [ "$2" = default ]; then echo other.desktop; fi
`;
  for (const name of ['xdg-mime', 'update-desktop-database']) {
    writeFileSync(join(root, 'bin', name), script);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  const handler = new LinkHandler(['/opt/shoal'], env);
  assert.deepEqual(handler.install(), { isDefault: true });
  const { defaults } = handler.status();
  assert.equal(defaults['x-scheme-handler/magnet'], 'other.desktop');
  const calls = readFileSync(join(root, 'calls'), 'utf8');
  assert.match(
    calls,
    /xdg-mime default shoal-add\.desktop x-scheme-handler\/magnet application\/x-bittorrent\n/,
  );
  const choices = join(root, 'config', 'mimeapps.list');
  writeFileSync(choices, '[Default Applications]\nx-scheme-handler/magnet=shoal-add.desktop\n');
  handler.uninstall();
  assert.equal(readFileSync(choices, 'utf8'), '[Default Applications]\n');
});
